"""Settings, the magic that shows and changes them, and how they reach a host."""

from __future__ import annotations

from pathlib import Path

import pytest

from jsvm_kernel.kernel.settings import Setting, SettingError, Settings

from .conftest import FAKE_OPTIONS, KernelUnderTest, start

MADE_UP = (
    Setting("colors", "Paint.", lambda environ: environ.get("PAINT", "on")),
    Setting("style", "Way.", lambda _: "plain", ("plain", "fancy"), for_host=True),
    Setting("quick", "Speed.", lambda _: "off", for_host=True),
)


def test_defaults_look_at_the_environment() -> None:
    assert Settings(MADE_UP, {})["colors"] == "on"
    assert Settings(MADE_UP, {"PAINT": "off"})["colors"] == "off"


@pytest.mark.parametrize(
    ("environ", "value"),
    [({}, "on"), ({"NO_COLOR": ""}, "on"), ({"NO_COLOR": "1"}, "off")],
)
def test_no_color_is_honoured(environ: dict[str, str], value: str) -> None:
    assert Settings(environ=environ)["colors"] == value


def test_a_wrong_word_in_the_environment_is_told_where_it_matters() -> None:
    settings = Settings(environ={"JSVM_NATIVE_TCC": "allways"})
    assert settings["colors"] == "on"
    with pytest.raises(SettingError, match=r"JSVM_NATIVE_TCC .* can't be 'allways'"):
        settings["native_tcc"]
    settings.change({"native_tcc": "off"})
    assert settings["native_tcc"] == "off"


@pytest.mark.parametrize(("word", "value"), [("off", "off"), ("TRUE", "on")])
def test_an_on_off_setting_takes_other_words(word: str, value: str) -> None:
    settings = Settings(MADE_UP, {})
    settings.change({"quick": word})
    assert settings["quick"] == value


def test_the_host_gets_what_it_needs() -> None:
    settings = Settings(MADE_UP, {})
    settings.change({"quick": "on"})
    assert settings.for_host() == {"style": "plain", "quick": True}


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ({"color": "on"}, "no setting 'color'; did you mean colors"),
        ({"zzz": "on"}, "there are: colors, style, quick"),
        ({"style": "fancie"}, "did you mean fancy"),
        ({"quick": "maybe"}, "it can be: on, off"),
    ],
)
def test_what_is_unknown_is_named_with_what_is_near(
    wanted: dict[str, str], text: str
) -> None:
    with pytest.raises(SettingError, match=text):
        Settings(MADE_UP, {}).change(wanted)


def test_nothing_is_set_if_one_of_several_is_wrong() -> None:
    settings = Settings(MADE_UP, {})
    with pytest.raises(SettingError):
        settings.change({"quick": "on", "style": "none"})
    assert settings["quick"] == "off"


async def test_the_magic_lists_all_settings_with_help(fake: KernelUnderTest) -> None:
    text = (await fake.run("%jsvm_config")).text("stdout")
    for setting in Settings():
        assert f"{setting.name} = " in text
        assert setting.help in text


async def test_the_magic_changes_a_setting_for_the_host(fake: KernelUnderTest) -> None:
    run = await fake.run("settings")
    assert "'colors': True" in run.text("stdout")
    run = await fake.run("%jsvm_config colors=off\nsettings")
    assert "'colors': False" in run.text("stdout")
    run = await fake.run("%jsvm_config colors")
    assert run.text("stdout").startswith("colors = off  ")


async def test_a_new_host_finds_the_settings_as_they_were(
    fake: KernelUnderTest,
) -> None:
    await fake.run("%jsvm_config colors=off")
    assert (await fake.run("die SIGKILL")).content["ename"] == "HostDied"
    assert "'colors': False" in (await fake.run("settings")).text("stdout")


async def test_a_wrong_setting_is_an_error_of_the_cell(fake: KernelUnderTest) -> None:
    run = await fake.run("%jsvm_config colour=off\nsettings")
    assert run.content["ename"] == "SettingError"
    assert "did you mean colors" in run.content["evalue"]
    assert run.text("stdout") == ""


async def test_a_wrong_word_in_the_environment_is_an_error_of_the_cell(
    tmp_path: Path, tmp_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JSVM_NATIVE_TCC", "allways")
    kernel = await start(tmp_path, *FAKE_OPTIONS)
    try:
        for cell in ("%jsvm_config", "%%jsvm_native m\ndef f(): pass"):
            run = await kernel.run(cell)
            assert run.content["ename"] == "SettingError"
            assert "JSVM_NATIVE_TCC" in run.content["evalue"]
        run = await kernel.run("%jsvm_config native_tcc=off\n%jsvm_config")
        assert "native_tcc = off" in run.text("stdout")
    finally:
        await kernel.stop()


async def test_people_get_colours_and_programs_plain_text(
    kernel: KernelUnderTest,
) -> None:
    run = await kernel.run("({a: 1})", user_expressions={"it": "[true]"})
    (result,) = run.of("execute_result")
    assert result["data"]["text/plain"] == "{ a: \x1b[33m1\x1b[39m }"
    value = run.content["user_expressions"]["it"]
    assert value["data"]["text/plain"] == "[ true ]"
    (result,) = (await kernel.run("40 + 2")).of("execute_result")
    assert result["data"]["text/plain"] == "42"
    request = kernel.client.history(hist_access_type="tail", n=2, output=True)
    history = (await kernel.reply(request))["content"]["history"]
    assert [row[2][1] for row in history] == ["{ a: 1 }", "42"]
    run = await kernel.run("null.x")
    assert run.content["ename"] == "TypeError"
    assert run.content["traceback"][-1].startswith("\x1b[31mTypeError\x1b[0m: cannot")
    run = await kernel.run("%jsvm_config colors=off\nconsole.log([1]); null.x")
    assert run.text("stdout") == "[ 1 ]\n"
    assert run.content["traceback"][-1].startswith("TypeError: cannot")
