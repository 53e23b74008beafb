"""The web door: webhook receiver, /api/v1, pages and sign-in, served by waitress.

`service.web.app.create_app` builds the application, `service.web.server.WebServer` runs it.
"""
