"""A source, the loop and the page as one service.

In: what to record and where to serve it. Out: when it returns, everything is closed.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from pathlib import Path

import click

from unhurry.config import Settings
from unhurry.config.content import load_practices
from unhurry.daemon.channels.opened import messenger_for
from unhurry.daemon.insights.answering import LOOK_EVERY_S, Answerer
from unhurry.daemon.insights.effect_study import study_effect
from unhurry.daemon.insights.following import follow_events
from unhurry.daemon.insights.keeping import usefulness_study
from unhurry.daemon.insights.own_pace import find_own_pace
from unhurry.daemon.insights.practising import follow_practices
from unhurry.daemon.insights.worker import Insights
from unhurry.daemon.loop import run_service
from unhurry.daemon.prompting.terminal import TerminalChannel
from unhurry.daemon.sources import Source
from unhurry.signal import Parameters

from .notify import Notifier, notifier_from
from .starting import address_of


async def serve_recording(
    source: Source,
    database: Path,
    settings: Settings,
    parameters: Parameters,
    config: Path,
    *,
    bound: socket.socket | None,
    stop: asyncio.Event,
) -> None:
    """Record `source` and serve the page on `bound` (if any) until stopped.

    When a recording ends by itself the page stays up, so that it can be looked at; without a page this
    returns. A program that started us and watches (systemd) is told how it goes.
    """
    notifier = notifier_from(os.environ)
    ending = asyncio.create_task(_tell_the_end(stop, notifier))
    # Not of the loop: a page that stays up after its recording still takes labels.
    studies = (
        follow_events,
        follow_practices,
        find_own_pace,
        study_effect,
        usefulness_study(settings, parameters),
    )
    insights = Insights(database, studies)
    insights.start()
    # Apart from them: somebody waits for these answers.
    answerer = Answerer(settings.prompts, parameters)
    questions = Insights(database, (answerer.study,), every_s=LOOK_EVERY_S)
    questions.start()
    try:
        await _serve(source, database, settings, parameters, config, bound, stop, notifier)
    finally:
        stop.set()
        await ending
        await asyncio.to_thread(questions.stop)
        answerer.close()
        await asyncio.to_thread(insights.stop)


async def _tell_the_end(stop: asyncio.Event, notifier: Notifier) -> None:
    await stop.wait()
    notifier.stopping()


async def _serve(
    source: Source,
    database: Path,
    settings: Settings,
    parameters: Parameters,
    config: Path,
    bound: socket.socket | None,
    stop: asyncio.Event,
    notifier: Notifier,
) -> None:
    address = None if bound is None else address_of(bound)
    terminal = TerminalChannel(address) if settings.prompts.terminal else None
    practices = load_practices(config.parent, settings.practices)
    messenger = messenger_for(
        settings,
        database,
        config.parent,
        practices,
        page=address,
        speed=source.speed,
    )

    async def record() -> None:
        # Offers leave every screen with the recording that brought them, also when the page stays up.
        async with messenger:
            await run_service(
                source,
                database,
                settings,
                parameters,
                stop=stop,
                channels=(messenger, notifier) if terminal is None else (terminal, messenger, notifier),
                heartbeat=notifier.heartbeat,
                practices=practices,
            )

    recording = asyncio.create_task(record())
    if bound is None:
        notifier.page_listens()
        await recording
        return
    from .hosting import host_page  # noqa: PLC0415 - a service without a page needs no web server

    page = asyncio.create_task(
        host_page(database, config, bound, stop, settings=settings, listening=notifier.page_listens)
    )
    try:
        await asyncio.wait({recording, page}, return_when=asyncio.FIRST_COMPLETED)
        if recording.done() and recording.exception() is None and not stop.is_set():
            click.echo("The recording has ended. The page stays up until Ctrl-C.")
            sys.stdout.flush()
            notifier.recording_ended()
            await page
    finally:
        stop.set()
        await asyncio.gather(recording, page, return_exceptions=True)
    recording.result()
    page.result()
