"""A running Thunderbird: an account on the given ports, the add-on installed, JavaScript run in its chrome."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.servers import free_port
from tests.thunderbird.marionette import Marionette

PROGRAM = os.environ.get("THUNDERBIRD", "/usr/lib/thunderbird/thunderbird-bin")
START_S = 90.0

HELPERS = """
  const args = [...arguments], done = args.pop();
  const {MailServices} = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
  const main = Services.wm.getMostRecentWindow("mail:3pane");
  const about3Pane = main?.document.getElementById("tabmail")?.currentAbout3Pane;
  const compose = Services.wm.getMostRecentWindow("msgcompose");
  const imap = () => MailServices.accounts.accounts.map(a => a.incomingServer).find(s => s.type == "imap");
  const folder = name => imap().rootFolder.descendants.find(f => f.URI.endsWith("/" + name));
  const shown = () => about3Pane.messageBrowser?.contentWindow;
  const button = () => shown()?.document.getElementById(
    ADDON.replace(/[^a-z0-9_-]/gi, "_") + "-messageDisplayAction-toolbarbutton");
  const popup = () => [shown()?.document, about3Pane.document, main.document].flatMap(
    d => d ? [...d.querySelectorAll(".webextension-popup-browser")] : [])[0];
  const body = () => shown().getMessagePaneBrowser();
  const inside = (browser, code) => new Promise((resolve, reject) => {
    const id = "test" + Math.random();
    browser.messageManager.addMessageListener(id, m => resolve(m.data));
    browser.messageManager.loadFrameScript("data:," + encodeURIComponent(
      "(async()=>{let r;try{r=await(async()=>{" + code + "})()}catch(e){r='ERR '+e};" +
      "sendAsyncMessage('" + id + "',r===undefined?null:r)})()"), false);
    main.setTimeout(() => reject(new Error("frame script timeout")), 8000);
  });
  (async () => {CODE})().then(v => done({ok: v === undefined ? null : v}), e => done({err: String(e) + e?.stack}));
"""


def preferences(imap: int, smtp: int, marionette: int, user: str, locale: str) -> dict[str, Any]:
    """An account without questions, quiet, on loopback."""
    base = f"imap://{user.replace('@', '%40')}@127.0.0.1/"
    server, identity, out = "mail.server.server1.", "mail.identity.id1.", "mail.smtpserver.smtp1."
    return {
        "app.update.enabled": False, "app.normandy.enabled": False, "app.donation.eoy.version.viewed": 999,
        "datareporting.policy.dataSubmissionPolicyBypassNotification": True,
        "datareporting.healthreport.uploadEnabled": False, "toolkit.telemetry.reportingpolicy.firstRun": False,
        "extensions.autoDisableScopes": 0, "extensions.getAddons.cache.enabled": False, "extensions.update.enabled": False,
        "intl.locale.requested": locale, "marionette.port": marionette,
        "mail.biff.play_sound": False, "mail.biff.show_alert": False, "mail.chat.enabled": False,
        "mail.inappnotifications.enabled": False, "mail.provider.enabled": False, "mail.rights.version": 1,
        "mail.shell.checkDefaultClient": False, "mail.spotlight.firstRunDone": True, "mail.winsearch.firstRunDone": True,
        "mailnews.database.global.indexer.enabled": False, "mailnews.default_view_flags": 0,
        "mailnews.start_page.enabled": False, "mailnews.start_page_override.mstone": "ignore",
        "network.captive-portal-service.enabled": False, "network.connectivity-service.enabled": False,
        "mail.accountmanager.accounts": "account1,account2", "mail.accountmanager.defaultaccount": "account1",
        "mail.accountmanager.localfoldersserver": "server2", "mail.account.lastKey": 2,
        "mail.account.account1.identities": "id1", "mail.account.account1.server": "server1",
        "mail.account.account2.server": "server2",
        server + "type": "imap", server + "hostname": "127.0.0.1", server + "port": imap, server + "userName": user,
        server + "name": user, server + "socketType": 0, server + "authMethod": 3, server + "login_at_startup": True,
        server + "check_new_mail": True, server + "check_time": 1, server + "use_idle": True,
        server + "offline_download": False, server + "autosync_offline_stores": False,
        "mail.server.server2.type": "none", "mail.server.server2.hostname": "Local Folders",
        "mail.server.server2.userName": "nobody", "mail.server.server2.name": "Local Folders",
        identity + "fullName": "Sam Doe", identity + "useremail": user, identity + "valid": True,
        identity + "smtpServer": "smtp1", identity + "compose_html": False, identity + "fcc": True,
        identity + "draft_folder": base + "Drafts", identity + "fcc_folder": base + "Sent",
        "mail.smtpservers": "smtp1", "mail.smtp.defaultserver": "smtp1", out + "type": "smtp",
        out + "hostname": "127.0.0.1", out + "port": smtp, out + "authMethod": 1, out + "try_ssl": 0,
    }  # fmt: skip


class Thunderbird:
    """Starts on construction; `stop()` ends it."""

    def __init__(
        self,
        profile: Path,
        imap: int,
        smtp: int,
        xpi: Path,
        addon: str,
        user: str,
        password: str,
        locale: str = "en-US",
    ) -> None:
        self.profile, self.addon = profile, addon
        profile.mkdir(parents=True)
        port = free_port()
        settings = preferences(imap, smtp, port, user, locale)
        lines = (f"user_pref({json.dumps(key)}, {json.dumps(value)});\n" for key, value in settings.items())
        (profile / "user.js").write_text("".join(lines))
        logins = Path(__file__).parent / "logins.py"
        subprocess.run([sys.executable, str(logins), str(profile), user, password], check=True)
        for name in ("extensions", "home"):
            (profile / name).mkdir()
        shutil.copy(xpi, profile / "extensions" / f"{addon}.xpi")
        environment = dict(
            os.environ, HOME=str(profile / "home"), MOZ_HEADLESS="1", MOZ_CRASHREPORTER_DISABLE="1",
            MOZ_DISABLE_AUTO_SAFE_MODE="1", LIBGL_ALWAYS_SOFTWARE="1", NO_AT_BRIDGE="1", TZ="UTC",
        )  # fmt: skip
        environment.pop("DISPLAY", None)
        self.log = profile / "stdout.log"
        self._output = self.log.open("w")
        self._process = subprocess.Popen(
            [PROGRAM, "--no-remote", "--profile", str(profile), "--marionette", "--remote-allow-system-access"],
            env=environment, stdout=self._output, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            self._marionette = self._connect(port)
            self._marionette.start()
            self.wait("return !!about3Pane", timeout=START_S)
        except BaseException:
            self.stop()
            raise

    def _connect(self, port: int) -> Marionette:
        end = time.monotonic() + START_S
        while True:
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"Thunderbird did not start: {self.log.read_text()[-3000:]}")
            try:
                return Marionette(port)
            except OSError:
                time.sleep(0.1)

    def run(self, code: str, *arguments: Any) -> Any:
        """Run JavaScript in the chrome; `args` holds the arguments."""
        script = HELPERS.replace("ADDON", json.dumps(self.addon)).replace("CODE", code)
        answer = self._marionette.run(script, arguments)
        if "err" in answer:
            raise RuntimeError(answer["err"])
        return answer["ok"]

    def wait(self, code: str, *arguments: Any, timeout: float = 30) -> Any:
        """Run it again and again until it gives something."""
        end = time.monotonic() + timeout
        last: object = None
        while time.monotonic() < end:
            try:
                last = self.run(code, *arguments)
                if last:
                    return last
            except RuntimeError as error:
                last = error
            time.sleep(0.1)
        self.shot(self.profile / "timeout.png")
        raise TimeoutError(f"{code} -> {last!r}\n{self.log.read_text()[-2000:]}")

    def open(self, mailbox: str, message_id: str) -> None:
        """Show one message."""
        self.wait("return !!folder(args[0])", mailbox)
        self.wait(
            "about3Pane.displayFolder(folder(args[0])); folder(args[0]).updateFolder(null);"
            "return [...folder(args[0]).messages].some(h => h.messageId == args[1])"
            " && about3Pane.gDBView?.msgFolder == folder(args[0]) && about3Pane.gDBView.rowCount > 0",
            mailbox, message_id,
        )  # fmt: skip
        self.wait(
            "const rows = [...Array(about3Pane.gDBView.rowCount).keys()];"
            "about3Pane.threadTree.selectedIndex = rows.find(i => about3Pane.gDBView.getMsgHdrAt(i).messageId == args[0]);"
            "return shown()?.gMessage?.messageId == args[0] && shown().msgLoaded",
            message_id,
        )

    def open_popup(self) -> None:
        self.run("button().click()")
        self.wait("return popup()?.currentURI?.spec.startsWith('moz-extension:')")
        self.wait("return await inside(popup(), 'return content.document.body.dataset.ready == \"1\"')")

    def close_popup(self) -> None:
        self.run("popup()?.closest('panel')?.hidePopup()")

    def in_popup(self, code: str) -> Any:
        return self.run("return await inside(popup(), args[0])", code)

    def press(self, word: str) -> str:
        """Press one of the four buttons by keyboard focus and click; give what the popup says then."""
        self.open_popup()
        self.in_popup(f"content.document.querySelector('[data-word={word}]').focus()")
        self.in_popup("content.document.activeElement.click()")
        self.wait(f"return await inside(popup(), 'return content.document.body.dataset.done == \"{word}\"')")
        said = str(self.in_popup("return content.document.getElementById('said').textContent"))
        self.close_popup()
        return said

    def label(self) -> str:
        return str(self.run("return button()?.label") or "")

    def banner(self) -> str:
        code = "return content.document.getElementById('afterword-banner')?.textContent || ''"
        return str(self.run("return await inside(body(), args[0])", code) or "")

    def shot(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self._marionette.screenshot()))

    def stop(self) -> None:
        if hasattr(self, "_marionette"):
            self._marionette.close()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._output.close()
