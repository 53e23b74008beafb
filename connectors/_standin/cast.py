"""The people of every stand-in of one site: the same names and accounts wherever they appear."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody with an account; `login` is the name that a Data Center knows, `app` a program's."""

    name: str
    account_id: str
    active: bool = True
    app: bool = False
    admin: bool = False

    @property
    def login(self) -> str:
        return self.name.split()[0].lower()

    @property
    def email(self) -> str:
        return f"{self.login}@acme.example"


CLOSEOUT = Actor("Closeout", "712020:0c1d7a52-6b1e-4d0c-9c35-1f6f0b8f2c01", app=True, admin=True)
ADA = Actor("Ada Berg", "712020:1f3c9d60-8f0b-4c8e-8a4e-2b7f5f0f1a02", admin=True)
BEN = Actor("Ben Castro", "712020:2a9e6b74-3d5c-4f2a-9b1d-3c8a6e1e2b03")
CHIARA = Actor("Chiara Dunn", "712020:3b8d7c85-4e6d-4a3b-8c2e-4d9b7f2f3c04")
DEV = Actor("Dev Emre", "712020:4c7e8d96-5f7e-4b4c-9d3f-5eac8a3a4d05")
ELIF = Actor("Elif Fox", "712020:5d6f9ea7-6a8f-4c5d-8e4a-6fbd9b4b5e06")
FINN = Actor("Finn Gray", "712020:6e5aafb8-7b9a-4d6e-9f5b-7ace0c5c6f07", active=False)

CAST = (CLOSEOUT, ADA, BEN, CHIARA, DEV, ELIF, FINN)
