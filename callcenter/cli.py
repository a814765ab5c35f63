"""The command `callcenter`: a verb for each process, and the verbs of whoever runs them."""

import asyncio
import os
import signal
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated, Any

import typer
import uvloop

from callcenter import admin, cli_purposes, cli_single_sign_on, cli_style, processes, purposes
from callcenter.admin import AdminError
from callcenter.api.button_script import NoBundle, lines_to_paste
from callcenter.ari_app.ari import AriRefused
from callcenter.ari_app.pbx_settings import PbxSettingsError
from callcenter.cli_store import in_store, settings_with
from callcenter.irma.condiscon import CondisconError
from callcenter.model.call import Unverified
from callcenter.model.networks import NetworkError
from callcenter.model.single_sign_on import SingleSignOnError
from callcenter.model.staff import Role
from callcenter.model.style import StyleError
from callcenter.model.tenant import TenantError
from callcenter.model.token_file import TokenFileError
from callcenter.model.wrap_up import LONGEST_SECONDS
from callcenter.serving import PortTaken, collect_seldom
from callcenter.settings import Settings, SettingsError
from callcenter.store.database import Store, open_store
from callcenter.store.keys import Scope
from callcenter.store.migrate import SchemaMismatch, check_version, migrate
from callcenter.store.roles import Process
from callcenter.store.sealing import SealError, make_key_pair, rotate_key_pair
from callcenter.store.staff_secrets import make_staff_key
from callcenter.store.users import LoginTaken

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False)
pbx = typer.Typer(no_args_is_help=True, help="Configure a PBX, or conduct it.")
admin_app = typer.Typer(no_args_is_help=True, help="Municipalities, purposes, staff and keys.")
app.add_typer(pbx, name="pbx")
app.add_typer(admin_app, name="admin")
admin_app.add_typer(cli_purposes.app)
admin_app.add_typer(cli_style.app)
admin_app.add_typer(cli_single_sign_on.app)

EXPECTED = (
    SettingsError,
    AdminError,
    TenantError,
    NetworkError,
    SingleSignOnError,
    StyleError,
    TokenFileError,
    CondisconError,
    LoginTaken,
    SealError,
    PbxSettingsError,
    PortTaken,
    AriRefused,
    SchemaMismatch,
    NoBundle,
)


def main() -> None:
    """Run the command; what a person can mend is told in one sentence, without a stack trace."""
    try:
        app()
    except EXPECTED as error:
        typer.echo(f"callcenter: {error}", err=True)
        raise SystemExit(1) from None


def _run(work: Coroutine[Any, Any, None]) -> None:
    uvloop.run(work)  # with httptools a third more answers than asyncio's own loop with h11 (`make bench`)


async def _until_signalled(failing: asyncio.Task[None] | None = None) -> None:
    """Wait for SIGTERM or SIGINT, or for `failing` to end."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    waiting = {asyncio.create_task(stopped.wait())} | ({failing} if failing else set())
    done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in done:
        task.result()


@app.command()
def api() -> None:
    """Serve the citizens' side and the internal side (codes, callbacks)."""
    settings = settings_with(*processes.NEEDED_BY_API)

    async def work() -> None:
        async with AsyncExitStack() as stack:
            store = await _ready_store(stack, settings, "api")
            collect_seldom()
            await stack.enter_async_context(processes.running_api(settings, store))
            await _until_signalled()

    _run(work())


@app.command()
def dashboard() -> None:
    """Serve the agents' and managers' pages."""
    settings = settings_with(*processes.NEEDED_BY_DASHBOARD)

    async def work() -> None:
        async with AsyncExitStack() as stack:
            store = await _ready_store(stack, settings, "dashboard")
            collect_seldom()
            await stack.enter_async_context(processes.running_dashboard(settings, store))
            await _until_signalled()

    _run(work())


@pbx.command()
def conduct() -> None:
    """Conduct the PBX of VB_ARI_URL: the life of every call on it."""
    settings = settings_with(*processes.NEEDED_BY_CONDUCTOR)

    async def work() -> None:
        async with AsyncExitStack() as stack:
            store = await _ready_store(stack, settings, "conductor")
            task = await stack.enter_async_context(processes.running_conductor(settings, store))
            await _until_signalled(task)

    _run(work())


@pbx.command()
def configure(
    folder: Annotated[Path, typer.Argument(help="a copy of asterisk/conf; the include goes in it")],
) -> None:
    """Write what differs per installation (trunks, ports, networks, secrets) into a PBX's configuration."""
    for path in processes.configure_pbx(settings_with(), folder):
        typer.echo(f"wrote {path}")


@app.command()
def agi() -> None:
    """Answer a municipality's own Asterisk over FastAGI: resolves codes, tells how calls go on. Needs no database."""
    settings = settings_with(*processes.NEEDED_BY_AGI)

    async def work() -> None:
        async with processes.running_agi(settings):
            await _until_signalled()

    _run(work())


@app.command()
def doctor() -> None:
    """Check the whole installation: a line each, ok or what to do."""
    from callcenter.doctor import examine  # noqa: PLC0415 -- knows every room, only this verb needs it

    findings = asyncio.run(examine(settings_with()))
    for finding in findings:
        typer.echo(f"{'ok  ' if finding.ok else 'FAIL'}  {finding.name}: {finding.advice}")
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 1)


@app.command()
def button(
    municipality: Annotated[str | None, typer.Argument(help="slug; it must be there, as its purpose")] = None,
    purpose: Annotated[str | None, typer.Argument(help="slug")] = None,
) -> None:
    """Show what a website pastes for the button, also bound to exactly this build (SRI)."""
    settings = settings_with()
    if municipality is not None:
        in_store(lambda store: purposes.check_is_there(store, municipality, purpose), settings=settings)
    typer.echo(lines_to_paste(settings, municipality or "…", purpose or "…"))


@app.command()
def demo(
    *,
    once: Annotated[bool, typer.Option(help="no hands needed: one call, checked, then stop")] = False,
    shots: Annotated[Path | None, typer.Option(help="folder for the screenshots")] = None,
) -> None:
    """Show the main job on this machine: needs a checkout of the project, made ready by `make demo`."""
    try:
        from demo.run import run_demo  # noqa: PLC0415 -- not in the installed package
    except ModuleNotFoundError as error:
        if error.name not in ("demo", "demo.run"):
            raise
        raise SettingsError("the demo needs a checkout: run `make demo` in it") from None
    raise typer.Exit(run_demo(once=once, shots=shots))


# -- admin -----------------------------------------------------------------------------------------


async def _ready_store(stack: AsyncExitStack, settings: Settings, process: Process) -> Store:
    store = await stack.enter_async_context(open_store(settings.database_url, process))
    await check_version(store)
    return store


@admin_app.command("migrate")
def admin_migrate() -> None:
    """Make the tables, or bring them to this version."""
    in_store(migrate, any_version=True)
    typer.echo("the tables are up to date")


@admin_app.command("make-keys")
def admin_make_keys(folder: Path) -> None:
    """Make the pair of keys for attributes, and the key for staff's second factors; the public one is the api's."""
    for path in (*make_key_pair(folder), make_staff_key(folder)):
        typer.echo(f"wrote {path}")


@admin_app.command("rotate-seal-key")
def admin_rotate_seal_key(folder: Path) -> None:
    """Make a new pair of sealing keys in this folder; the old private key stays there for what was sealed for it."""
    for path in rotate_key_pair(folder):
        typer.echo(f"wrote {path}")
    typer.echo("now give the public key to each api and restart it; a day later delete the older private key")


@admin_app.command("add-municipality")
def admin_add_municipality(
    slug: str,
    name: str,
    number: Annotated[str, typer.Argument(help="in full, such as +31243290000")],
    unverified: Annotated[
        Unverified, typer.Option(help="callers without a right code: refuse them, or let them wait")
    ] = Unverified.REFUSE,
    origin: Annotated[list[str] | None, typer.Option(help="web origin that may show the button")] = None,
    link_host: Annotated[list[str] | None, typer.Option(help="host that links may open")] = None,
    allow: Annotated[list[str] | None, typer.Option(help="attributes it may ask, as for allow-attributes")] = None,
    code_minutes: Annotated[int, typer.Option(min=1, max=60, help="how long a code works")] = admin.CODE_MINUTES,
) -> None:
    """Make a municipality."""
    in_store(
        lambda store: admin.add_municipality(
            store,
            slug,
            name,
            number,
            unverified=unverified,
            origins=tuple(origin or ()),
            link_hosts=tuple(link_host or ()),
            allowed_attributes=tuple(allow or ("*",)),
            code_minutes=code_minutes,
        )
    )
    typer.echo(f"{slug}: made")


@admin_app.command("set-code-minutes")
def admin_set_code_minutes(
    municipality: str, minutes: Annotated[int, typer.Argument(min=1, max=60, help="15 unless set otherwise")]
) -> None:
    """Set how long a municipality's codes work, from the citizen's click on; those that are out keep their time."""
    in_store(lambda store: admin.set_code_minutes(store, municipality, minutes))
    typer.echo(f"{municipality}: new codes work for {minutes} minutes")


@admin_app.command("set-second-factor")
def admin_set_second_factor(
    municipality: str, must: Annotated[bool, typer.Argument(help="yes unless set otherwise; no for a demo only")]
) -> None:
    """Say whether the staff of a municipality must have a second factor beside their password."""
    in_store(lambda store: admin.set_second_factor(store, municipality, must=must))
    typer.echo(f"{municipality}: a second factor is {'a must' if must else 'a choice'}")


@admin_app.command("set-networks")
def admin_set_networks(
    municipality: str,
    networks: Annotated[list[str] | None, typer.Argument(help="such as 192.0.2.0/24 2001:db8::/32; none: all")] = None,
) -> None:
    """Say from which networks a municipality's staff may come; this takes the place of what was said before."""
    kept = in_store(lambda store: admin.set_networks(store, municipality, tuple(networks or ())))
    typer.echo(f"{municipality}: staff may come from {', '.join(kept) or 'anywhere'}")


@admin_app.command("set-wrap-up")
def admin_set_wrap_up(
    municipality: str, seconds: Annotated[int, typer.Argument(min=0, max=LONGEST_SECONDS, help="0: none")]
) -> None:
    """Set how long an agent of a municipality sees after a call whom they spoke with; for calls from now on."""
    in_store(lambda store: admin.set_wrap_up(store, municipality, seconds))
    typer.echo(f"{municipality}: wrap-up of {seconds} seconds" if seconds else f"{municipality}: no wrap-up")


@admin_app.command("keep-audit")
def admin_keep_audit(
    municipality: str, days: Annotated[int, typer.Argument(min=30, max=3650, help="365 unless set otherwise")]
) -> None:
    """Set how long a municipality's audit trail is kept: its lines from now on; others keep their time."""
    in_store(lambda store: admin.keep_audit(store, municipality, days))
    typer.echo(f"{municipality}: new lines are kept for {days} days")


@admin_app.command("add-user")
def admin_add_user(
    login: str,
    name: str,
    role: Role,
    municipality: Annotated[str | None, typer.Option(help="slug; not for an operator")] = None,
    language: Annotated[str, typer.Option(help="nl or en")] = "nl",
) -> None:
    """Make a user; asks for the password, or reads it from VB_NEW_PASSWORD. Prints the phone's once."""
    password = os.environ.get("VB_NEW_PASSWORD") or typer.prompt("password", hide_input=True, confirmation_prompt=True)
    user, phone, phone_password = in_store(
        lambda store: admin.add_user(store, login, name, role, municipality, password, language)
    )
    typer.echo(f"{user.login}: made")
    if phone is not None:
        typer.echo(f"phone: user {phone.name}, password {phone_password} (shown only now)")


@admin_app.command("add-api-key")
def admin_add_api_key(
    name: str,
    municipality: Annotated[str | None, typer.Option(help="slug; without it: for all, which is a conductor's")] = None,
    scope: Annotated[list[Scope] | None, typer.Option(help="resolve:irma: the IRMA session id as well")] = None,
    days: Annotated[int | None, typer.Option(min=1, help="it works so many days; without it: until revoked")] = None,
) -> None:
    """Make an API key for a conductor or another call centre, and print it once."""
    scopes = tuple(scope or [Scope.RESOLVE])
    typer.echo(in_store(lambda store: admin.add_api_key(store, name, municipality, scopes=scopes, days=days)))


@admin_app.command("list-api-keys")
def admin_list_api_keys() -> None:
    """List the API keys: id, municipality, scopes, when made and last used, until when they work."""
    for line in in_store(admin.list_api_keys):
        typer.echo(line)


@admin_app.command("rotate-api-key")
def admin_rotate_api_key(
    key: Annotated[str, typer.Argument(help="its id, as list-api-keys shows it")],
    overlap_hours: Annotated[float, typer.Option(min=0, help="hours that the old one goes on working")] = 24,
    days: Annotated[int | None, typer.Option(min=1, help="the new one works so many days")] = None,
) -> None:
    """Make a key in the place of another, and print it once; the old one works on for a while."""
    typer.echo(in_store(lambda store: admin.rotate_api_key(store, key, overlap_hours, days)))


@admin_app.command("revoke-api-key")
def admin_revoke_api_key(key: Annotated[str, typer.Argument(help="its id, as list-api-keys shows it")]) -> None:
    """Let a key work no more: within seconds, everywhere."""
    in_store(lambda store: admin.revoke_api_key(store, key))
    typer.echo(f"{key}: revoked")


@admin_app.command("sweep")
def admin_sweep() -> None:
    """Erase what is overdue now."""
    typer.echo(f"{in_store(processes.sweep_now)} disclosures erased")


if __name__ == "__main__":
    main()
