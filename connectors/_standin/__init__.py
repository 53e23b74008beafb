"""The shell that every stand-in is made of: nothing here knows a tool."""
