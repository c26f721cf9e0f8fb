"""Writes a password into a Thunderbird profile before its first start, with Thunderbird's own libnss3.

Run as a process of its own: a second NSS_InitReadWrite in one process fails. usage: logins.py PROFILE USER PASSWORD
"""

from __future__ import annotations

import base64
import ctypes
import json
import os
import sys
import uuid
from pathlib import Path

LIBRARY = Path(os.environ.get("THUNDERBIRD", "/usr/lib/thunderbird/thunderbird-bin")).parent


class SecItem(ctypes.Structure):
    _fields_ = [("type", ctypes.c_uint), ("data", ctypes.c_void_p), ("length", ctypes.c_uint)]


def write_login(profile: Path, origin: str, user: str, password: str) -> None:
    nss = _load()
    if nss.NSS_InitReadWrite(b"sql:" + os.fsencode(str(profile))):
        raise RuntimeError("NSS_InitReadWrite")
    nss.PK11_GetInternalKeySlot.restype = ctypes.c_void_p
    slot = ctypes.c_void_p(nss.PK11_GetInternalKeySlot())
    if nss.PK11_NeedUserInit(slot):
        nss.PK11_InitPin(slot, None, b"")
    nss.PK11_CheckUserPassword(slot, b"")
    login = {
        "id": 1, "hostname": origin, "httpRealm": origin, "formSubmitURL": None, "usernameField": "",
        "passwordField": "", "encryptedUsername": _encrypt(nss, user), "encryptedPassword": _encrypt(nss, password),
        "guid": f"{{{uuid.uuid4()}}}", "encType": 1, "timeCreated": 1, "timeLastUsed": 1, "timePasswordChanged": 1,
        "timesUsed": 1, "syncCounter": 0, "everSynced": False, "encryptedUnknownFields": None,
    }  # fmt: skip
    whole = {"nextId": 2, "logins": [login], "potentiallyVulnerablePasswords": [],
             "dismissedBreachAlertsByLoginGUID": {}, "version": 3}  # fmt: skip
    (profile / "logins.json").write_text(json.dumps(whole))
    nss.NSS_Shutdown()


def _load() -> ctypes.CDLL:
    # The bundle's own copies first, or the loader picks the system's older ones ("NSSUTIL_3.94 not found").
    for name in ("libmozsqlite3.so", "libnssutil3.so"):
        if (LIBRARY / name).exists():
            ctypes.CDLL(str(LIBRARY / name), mode=ctypes.RTLD_GLOBAL)
    own = LIBRARY / "libnss3.so"
    nss = ctypes.CDLL(str(own) if own.exists() else "libnss3.so")
    pointer = ctypes.POINTER(SecItem)
    nss.NSS_InitReadWrite.argtypes = [ctypes.c_char_p]
    nss.PK11_NeedUserInit.argtypes = [ctypes.c_void_p]
    nss.PK11_InitPin.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p]
    nss.PK11_CheckUserPassword.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
    nss.PK11SDR_Encrypt.argtypes = [pointer, pointer, pointer, ctypes.c_void_p]
    return nss


def _encrypt(nss: ctypes.CDLL, text: str) -> str:
    data = text.encode()
    buffer = ctypes.create_string_buffer(data, len(data))
    plain = SecItem(0, ctypes.cast(buffer, ctypes.c_void_p), len(data))
    key, out = SecItem(0, None, 0), SecItem(0, None, 0)
    if nss.PK11SDR_Encrypt(ctypes.byref(key), ctypes.byref(plain), ctypes.byref(out), None):
        raise RuntimeError("PK11SDR_Encrypt")
    return base64.b64encode(ctypes.string_at(out.data, out.length)).decode()


if __name__ == "__main__":
    write_login(Path(sys.argv[1]), "imap://127.0.0.1", sys.argv[2], sys.argv[3])
