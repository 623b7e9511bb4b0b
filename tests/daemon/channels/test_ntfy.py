"""The phone: what it receives, what its buttons do, and everything a server of ntfy may do instead."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from unhurry.config import NtfySettings
from unhurry.config.content import load_practices
from unhurry.daemon.channels import ChannelTrouble, Messenger, Patience
from unhurry.daemon.channels.channel import Notice
from unhurry.daemon.channels.lane import Lane
from unhurry.daemon.channels.ntfy import NtfyChannel
from unhurry.daemon.channels.ntfy_topics import FILE, topics_for
from unhurry.daemon.channels.opened import composer
from unhurry.daemon.prompting.offers import Closed
from unhurry.store import Answer

from .conftest import Diary
from .phone import Ntfy, post
from .test_messenger import Screen, offer
from .waiting import QUICK, until

TOPIC, ANSWERS = "offers-of-a-test", "answers-of-a-test"
NOTICE = Notice(7, "Unhurry", "A moment to breathe?", "http://127.0.0.1:8765/breathe/four_six?prompt=7")
STEADY = Patience(step_s=10.0, first_pause_s=0.02, longest_pause_s=0.1, late_s=30.0, close_s=2.0)


def with_phone(scenario: Callable[[Ntfy], Awaitable[None]]) -> None:
    async def main() -> None:
        server = await Ntfy().start()
        try:
            async with asyncio.timeout(40):
                await scenario(server)
        finally:
            await server.stop()

    asyncio.run(main())


def settings_for(server: Ntfy, token: str | None = None, answer_token: str | None = None) -> NtfySettings:
    return NtfySettings(
        on=True,
        server=server.url,
        topic=SecretStr(TOPIC),
        answer_topic=SecretStr(ANSWERS),
        token=None if token is None else SecretStr(token),
        answer_token=None if answer_token is None else SecretStr(answer_token),
    )


def lane_for(
    server: Ntfy, folder: Path, answers: list[tuple[int, Answer]], patience: Patience = STEADY
) -> Lane:
    channel = NtfyChannel(settings_for(server), folder)
    lane = Lane(
        channel, lambda prompt_id, answer: answers.append((prompt_id, answer)), lambda: None, patience
    )
    lane.start()
    return lane


def test_the_phone_receives_neutral_words_and_its_button_answers_everywhere(
    diary: Diary, tmp_path: Path
) -> None:
    async def scenario(server: Ntfy) -> None:
        desk = Screen("desktop")
        channel = NtfyChannel(settings_for(server), tmp_path)
        compose = composer(load_practices(), "http://127.0.0.1:8765/")
        prompt_id = diary.prompts[0]
        async with Messenger(diary.path, [desk, channel], compose, expiry_s=900, patience=STEADY) as out:
            out.offer(offer(prompt_id))
            await until(lambda: desk.shown and server.readers)
            (notice,) = server.notices(TOPIC)
            assert (notice["title"], notice["message"]) == ("Unhurry", "A moment to breathe?")
            assert [action["label"] for action in notice["actions"]] == ["Start", "Not now", "I'm fine"]
            assert all(action["url"] == f"{server.url}/{ANSWERS}" for action in notice["actions"])
            assert all(action["clear"] for action in notice["actions"])
            # Neither the page's address nor the practice leaves the computer.
            assert "8765" not in str(notice)
            assert "four_six" not in str(notice)
            await server.press(TOPIC, "Start")
            await until(lambda: not desk.shown and not server.notices(TOPIC))
            await until(lambda: server.readers == 0)
        assert diary.answers() == [(prompt_id, "start")]

    with_phone(scenario)


def test_an_answer_elsewhere_takes_the_notice_from_the_phone_and_disarms_its_buttons(
    diary: Diary, tmp_path: Path
) -> None:
    async def scenario(server: Ntfy) -> None:
        channel = NtfyChannel(settings_for(server), tmp_path)
        compose = composer(load_practices(), None)
        first, second = diary.prompts[:2]
        async with Messenger(diary.path, [channel], compose, expiry_s=900, patience=STEADY) as out:
            out.offer(offer(first))
            await until(lambda: server.readers)
            (notice,) = server.notices(TOPIC)
            out.closed(Closed(first, "fine"))
            await until(lambda: not server.notices(TOPIC))
            # A phone that was out of reach presses it all the same; then somebody answers the next offer.
            assert (await post(notice["actions"][0])).is_success
            out.offer(offer(second))
            await until(lambda: server.readers)
            await server.press(TOPIC, "Not now")
            await until(diary.answers)
        assert diary.answers() == [(second, "not_now")]

    with_phone(scenario)


def test_an_answer_counts_once_and_only_with_what_was_sent_along(tmp_path: Path) -> None:
    async def scenario(server: Ntfy) -> None:
        answers: list[tuple[int, Answer]] = []
        lane = lane_for(server, tmp_path, answers)
        lane.want(NOTICE)
        await until(lambda: server.readers)
        (notice,) = server.notices(TOPIC)
        _, _, nonce = notice["actions"][0]["body"].split()
        forged = [
            "start 7",
            f"start 7 {nonce}x",
            f"start 7 {nonce[:-1]}",
            f"start 8 {nonce}",
            f"done 7 {nonce}",
            f"start 7 {nonce} and more",
            f"start -7 {nonce}",
            f"start \u0667 {nonce}",
            f"start {'9' * 5000} {nonce}",
            "start 7 \N{SNOWMAN}",
            "",
        ]
        for text in forged:
            server.post(ANSWERS, message=text)
        await asyncio.sleep(0.2)
        assert answers == []
        for _ in range(3):
            server.post(ANSWERS, message=f"fine 7 {nonce}")
        server.post(ANSWERS, message=f"start 7 {nonce}")
        await until(lambda: answers)
        await asyncio.sleep(0.2)
        assert answers == [(7, Answer.FINE)]
        await lane.close()

    with_phone(scenario)


def test_garbage_is_passed_over_and_an_endless_line_fills_no_memory(tmp_path: Path) -> None:
    async def scenario(server: Ntfy) -> None:
        answers: list[tuple[int, Answer]] = []
        server.raw = [
            b"\n\xff\xfe not json\n",
            b"[1, 2]\nnull\n{}\n",
            b'{"event": "message", "id": 5, "message": "x"}\n',
            b'{"event": "message", "id": "../../x?since=all", "message": "start 7 x"}\n',
            b"[" * 10_000 + b"\n",
            *[b"x" * 65_536] * 40,
            b"\n",
            b'{"id": "k", "event": "keepa',
            b'live"}\n',
        ]
        lane = lane_for(server, tmp_path, answers)
        lane.want(NOTICE)
        await until(lambda: server.readers)
        await server.press(TOPIC, "I'm fine")
        await until(lambda: answers == [(7, Answer.FINE)])
        assert lane.state.problem is None
        await lane.close()

    with_phone(scenario)


def test_a_stream_that_breaks_is_taken_up_where_it_was_left(tmp_path: Path) -> None:
    async def scenario(server: Ntfy) -> None:
        answers: list[tuple[int, Answer]] = []
        lane = lane_for(server, tmp_path, answers)
        lane.want(NOTICE)
        await until(lambda: server.readers)
        server.post(ANSWERS, message="hello")
        await server.stop()
        await until(lambda: lane.state.problem == "The ntfy server cannot be reached.")
        (notice,) = server.notices(TOPIC)
        server.post(ANSWERS, message=notice["actions"][2]["body"])  # pressed while we were away
        await server.start()
        await until(lambda: answers == [(7, Answer.FINE)])
        await until(lambda: lane.state.problem is None)
        await lane.close()

    with_phone(scenario)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (401, "does not let us in"),
        (403, "does not let us in"),
        (429, "asks for a pause"),
        (302, "has moved"),
        (500, "answers with 500"),
        (413, "answers with 413"),
    ],
)
def test_a_server_that_refuses_is_named_and_tried_again(tmp_path: Path, status: int, sentence: str) -> None:
    async def scenario(server: Ntfy) -> None:
        server.refuse = status
        lane = lane_for(server, tmp_path, [])
        lane.want(NOTICE)
        await until(lambda: sentence in (lane.state.problem or ""))
        assert TOPIC not in (lane.state.problem or "")
        server.refuse = None
        await until(lambda: lane.state.problem is None and server.notices(TOPIC))
        await lane.close()

    with_phone(scenario)


def test_a_server_that_asks_for_a_pause_gets_it(tmp_path: Path) -> None:
    async def scenario(server: Ntfy) -> None:
        server.refuse, server.retry_after = 429, "600"
        lane = lane_for(server, tmp_path, [])
        lane.want(NOTICE)
        await until(lambda: lane.state.problem)
        await asyncio.sleep(0.4)
        assert server.requests == ["POST /"]
        await lane.close()

    with_phone(scenario)


def test_a_slow_server_is_given_up_on_and_the_offer_shown_when_it_is_back(tmp_path: Path) -> None:
    async def scenario(server: Ntfy) -> None:
        server.delay_s = 2.0
        lane = lane_for(server, tmp_path, [], QUICK)
        lane.want(NOTICE)
        await until(lambda: "did not answer" in (lane.state.problem or ""))
        server.delay_s = 0.0
        await until(lambda: lane.state.problem is None and len(server.notices(TOPIC)) == 1)
        await lane.close()

    with_phone(scenario)


def test_answers_that_may_not_be_read_are_reported_though_offers_arrive(tmp_path: Path) -> None:
    async def scenario(server: Ntfy) -> None:
        server.refuse_streams = 403
        lane = lane_for(server, tmp_path, [])
        lane.want(NOTICE)
        await until(lambda: server.notices(TOPIC) and "does not let us in" in (lane.state.problem or ""))
        server.refuse_streams = None
        await until(lambda: lane.state.problem is None and server.readers)
        await lane.close()

    with_phone(scenario)


def test_nothing_is_sent_before_there_is_an_offer_and_nothing_read_after(tmp_path: Path) -> None:
    async def scenario(server: Ntfy) -> None:
        lane = lane_for(server, tmp_path, [])
        await asyncio.sleep(0.2)
        assert server.requests == []
        lane.want(NOTICE)
        await until(lambda: server.readers)
        lane.unwant(7)
        await until(lambda: server.readers == 0 and server.deleted)
        asked = len(server.requests)
        await asyncio.sleep(0.3)
        assert len(server.requests) == asked == 3
        await lane.close()

    with_phone(scenario)


def test_tokens_go_where_they_belong(tmp_path: Path) -> None:
    async def scenario(server: Ntfy) -> None:
        channel = NtfyChannel(settings_for(server, "tk_ours", "tk_buttons"), tmp_path)
        await channel.open(lambda prompt_id, answer: None)
        await channel.show(NOTICE)
        assert server.authorizations == {"Bearer tk_ours"}
        (notice,) = server.notices(TOPIC)
        assert "tk_ours" not in str(notice)
        await post(notice["actions"][0])
        assert server.authorizations == {"Bearer tk_ours", "Bearer tk_buttons"}
        await channel.close()

    with_phone(scenario)


def test_nobody_at_the_address_is_said_in_words(tmp_path: Path) -> None:
    async def main() -> None:
        channel = NtfyChannel(NtfySettings(on=True, server="http://127.0.0.1:9"), tmp_path)
        await channel.open(lambda prompt_id, answer: None)
        with pytest.raises(ChannelTrouble, match="cannot be reached"):
            await channel.show(NOTICE)
        await channel.close()

    asyncio.run(main())


def test_the_log_names_no_topic(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)

    async def scenario(server: Ntfy) -> None:
        answers: list[tuple[int, Answer]] = []
        lane = lane_for(server, tmp_path, answers)
        lane.want(NOTICE)
        await until(lambda: server.readers)
        server.refuse = 500
        lane.unwant(7)
        await until(lambda: lane.state.problem)
        await lane.close()

    with_phone(scenario)
    assert caplog.records
    ours = [
        record.getMessage() for record in caplog.records if not record.name.startswith(("uvicorn", "asyncio"))
    ]
    assert not [text for text in ours if TOPIC in text or ANSWERS in text]


def test_topics_are_made_once_private_and_unlike(tmp_path: Path) -> None:
    folder = tmp_path / "config"
    made = topics_for(NtfySettings(on=True), folder)
    assert made.topic != made.answer_topic
    assert all(len(name) == 40 for name in (made.topic, made.answer_topic))
    assert topics_for(NtfySettings(on=True), folder) == made
    if os.name == "posix":
        assert (folder / FILE).stat().st_mode & 0o777 == 0o600
    half = topics_for(NtfySettings(on=True, topic=SecretStr("my-own")), folder)
    assert (half.topic, half.answer_topic) == ("my-own", made.answer_topic)
    whole = topics_for(settings_for(Ntfy()), tmp_path / "elsewhere")
    assert (whole.topic, whole.answer_topic) == (TOPIC, ANSWERS)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    "text",
    ["", "topic = 5", 'topic = "short"\nanswer_topic = "also"', "\x00", 'topic = "a b"\nanswer_topic = "c"'],
)
def test_a_broken_file_of_topics_is_named_and_left_as_it_is(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(ChannelTrouble, match=r"ntfy\.toml cannot be understood"):
        topics_for(NtfySettings(on=True), tmp_path)
    assert (tmp_path / FILE).read_text() == text


def test_the_server_of_these_tests_behaves_as_documented() -> None:
    async def scenario(server: Ntfy) -> None:
        async with httpx.AsyncClient() as client:
            await client.post(f"{server.url}/", json={"topic": "t", "message": "one", "sequence_id": "s"})
            await client.post(f"{server.url}/", json={"topic": "t", "message": "two", "sequence_id": "s"})
            assert [notice["message"] for notice in server.notices("t")] == ["two"]
            await client.delete(f"{server.url}/t/s")
        assert server.notices("t") == []

    with_phone(scenario)
