"""Advisories by their form, in the ways of several agencies; what they name; and what only looks like one."""

import pytest

from corpus import AdvisoryKind
from embeddings.duplicates import likelihood_of, notice_of

STORY = (
    "The mayor of Orsby ordered 4,200 people out of the lower town after engineers found a crack in the spillway. " * 12
)
KILLS = [
    ("KILL: DAM-ORSBY", "EDITORS: Please KILL the story slugged DAM-ORSBY that moved on March 4 at 09:12."),
    ("kill: dam-orsby", "editors: please kill the story slugged dam-orsby that moved on march 4 at 09:12."),
    ("BC-EU--Dam-Orsby,KILL", "Attention editors: Kill BC-EU--Dam-Orsby. A kill is mandatory."),
    ("Dam near Orsby cracks", "This story has been removed. No substitute will be sent."),
    ("STORY REMOVED: Orsby dam", "The story about the Orsby dam has been removed as it was published in error."),
    ("WITHDRAWN: Dam in Orsby", 'The agency has withdrawn the story headlined "Dam near Orsby cracks".'),
    ("Orsby dam, WITHHOLD", "Editors: please withhold the Orsby dam story until further notice."),
    ("Annullierung", 'Achtung: Bitte verwenden Sie die Meldung "Damm bei Orsby" nicht.'),
    ("ANNULATION", 'Veuillez annuler la dépêche "Barrage fissuré à Orsby".'),
    ("ANULADA: Presa de Orsby", "Rogamos anulen la noticia sobre la presa de Orsby."),
]
CORRECTIONS = [
    (
        "Correction: Orsby dam story",
        "In a story March 4 about a dam in Orsby, the agency reported erroneously that 4,200 left.",
    ),
    ("CORRECTED-Thousands leave", f"(Corrects year in paragraph 5)\n\n{STORY}"),
    ("Thousands leave", f"(Corrects spelling of name in paragraph 3)\n\n{STORY}"),
    ("Clarification: Orsby dam", "An earlier version of this story misstated when the dam was built."),
    ("Berichtigung: Damm bei Orsby", "Im ersten Satz muss es richtig heißen: 2.400 Menschen."),
    ("Rectificatif : barrage d'Orsby", "Bien lire 2.400 personnes et non 4.200."),
    ("CORRECCIÓN: Presa de Orsby", "En la noticia, donde dice 4.200 debe decir 2.400."),
    ("Fe de errores", "En el artículo sobre la presa de Orsby se decía por error que eran 4.200."),
]
NONE = [
    ("Police kill gunman in Orsby", "Police in Orsby killed a man who had shot at them, the mayor said."),
    ("Correction looms for stocks", "Investors fear a correction after prices fell for a third day."),
    ("License to Kill: a film at fifty", "The story of a spy who was told not to use his real name."),
    ("Corrections officer hurt", "An officer was hurt when a door at the prison was closed by mistake."),
    ("Storno trifft zweimal", "Der Stürmer Storno traf in Orsby zweimal, ehe es zu regnen begann."),
    ("Minister withdraws bill", "The minister has withdrawn the bill after a report in a newspaper."),
    ("Orsby dam cracks", STORY),
]


@pytest.mark.parametrize(("title", "text"), KILLS)
def test_kills(title, text):
    found = notice_of(title, text)
    assert found is not None
    assert found.kind is AdvisoryKind.KILL
    assert not found.is_version


@pytest.mark.parametrize(("title", "text"), CORRECTIONS)
def test_corrections(title, text):
    found = notice_of(title, text)
    assert found is not None
    assert found.kind is AdvisoryKind.CORRECTION
    assert found.is_version == (len(text) > 800)


@pytest.mark.parametrize(("title", "text"), NONE)
def test_what_is_none(title, text):
    assert notice_of(title, text) is None


@pytest.mark.parametrize(("title", "text"), [KILLS[0], KILLS[1], KILLS[2], KILLS[5], CORRECTIONS[0]])
def test_what_it_is_about_is_told_by_slug_headline_or_sentence(title, text):
    notice = notice_of(title, text)
    assert notice is not None
    about = likelihood_of(notice, "Dam near Orsby cracks", STORY)
    assert about >= 0.5
    assert likelihood_of(notice, "Student wins chess title", "A student from Varne became the youngest champion.") == 0


def test_ids_and_addresses_are_kept_as_written():
    notice = notice_of(
        "KILL", "Editors: please kill story MD-2024-77, https://meridian.example/a/77.html, sent at 09:12."
    )
    assert notice is not None
    assert {"MD-2024-77", "https://meridian.example/a/77.html,"} & set(notice.references)
