"""All thresholds of the rules by which one article repeats another, each with the measurement that it comes from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Thresholds:
    """All thresholds of the rules. The three above are for users to move; the rest goes with them."""

    same: float = 0.50
    """Least covered share of one report: scanned copies have .61, two short reports with one footer up to .57."""
    covered: float = 0.80
    """Covered share of an excerpt or of what is contained: background passages reach .68."""
    quoted: float = 0.48
    """Covered share of what is quoted by another outlet in one run; 1 for no such verdicts."""
    same_more: float = 0.08
    """What the more covered one of one report needs beyond `same`."""
    template_covered: float = 0.75
    """Both nearly the same but for the numbers: weather has .92."""
    template_share: float = 0.30
    """Of the numbers of the one that has fewer, that have others in their place."""
    template_share_reworded: float = 0.60
    """The same where less is covered: the market closes higher on one day and lower on the next (.66)."""
    template_numbers: int = 3
    """Or two that are half of all."""
    template_days: float = 0.5
    """Under the same headline, from when on it is another report and no update."""
    fillers: int = 2
    """Slots of one frame (`frames`) with other fillers, from which it is another report: a correction has one."""
    fillers_share: float = 0.3
    """Of the names and numbers, that are fillers; edits have .12 at most, reports from templates .3 to 1, those in
    German, where each noun is a name, .11."""
    fillers_share_least: float = 0.1
    """The same where each headline names a subject of its own, too: no edit does, .94 of the reports do."""
    fillers_same_title: float = 0.5
    """The same, of names too, under one headline within half a day, where it may be an update."""
    all_numbers: int = 4
    """Numbers replaced, with"""
    all_numbers_share: float = 0.6
    """this share of all names and numbers: lottery numbers, prices, whatever the headline and the hour."""
    frame_loose: float = 0.25
    """Share of the words that have nothing in their place: an update's news, reports from templates have .05."""
    frame_loose_least: float = 0.05
    """The same where capitals tell no names: a reworded text has .05 and more, as sentences change places."""
    phrases: int = 3
    """Slots, phrases among them, of a text of another day: tomorrow's horoscope."""
    series_covered: float = 0.6
    """Of two short texts of one series: a flash and the death that follows share .45, two closed roads .7."""
    next_covered: float = 0.80
    """Of an outlet's own texts of different days, the larger share, below which one is the next report, and takes over
    half of the last one, or is written from a template of words; of updates it is .84 and more."""
    excerpt_length: float = 0.73
    """Length of a newer excerpt, of the original's; what is longer is a copy with cuts."""
    contains_length: float = 0.62
    """Length of an older one that is contained, of the whole; what is longer is an update with new paragraphs."""
    rewrite_copied: float = 0.78
    """Share of runs of five below which it is a rewrite, if"""
    rewrite_moved: float = 0.60
    """the shared text goes back so often in 100 words. Copies with other words keep their order."""
    rewrite_words: int = 25
    """Words that one of them has in one run and the other has not, from which it is another take and no rewrite: these
    have 23 at most."""
    own_most: float = 0.10
    """Share of own passages in what stands in another text, or is a copy of it: what has more is another take."""
    own_midst: int = 27
    """Words of own passages in the midst of what both have, from which it is another take."""
    covered_amid: float = 0.60
    """Covered share of an excerpt in other spellings, or amid the menus of its page, where"""
    headlines_amid: float = 0.50
    """so much of the headlines is told by what both have."""
    retold: int = 45
    """Words outside of quotations in the passages of two takes of one running story, by different outlets, and"""
    retold_share: float = 0.33
    """their share of the shorter one. Below, two reports may have one statement, or a paragraph of background."""
    retold_kinship: float = 0.30
    """`Facts.kinship` of these: .27 over the footer of one publisher."""
    retold_length: float = 0.25
    """Length of the shorter one of two takes: a live blog is longer. Not where"""
    retold_share_more: float = 0.50
    """so much of the shorter one stands in the other."""
    take_copied: float = 0.50
    """Share of the shorter one's runs of five that stand in another take of the same running story by one outlet, if"""
    take_run: int = 30
    """so many words of these stand in one run. Two outlets that quote one statement share less (.35 to .42)."""
    take_copied_less: float = 0.40
    """The same where a run has so many words as no quotation has:"""
    take_run_more: int = 60
    take_kinship: float = 0.45
    """`Facts.kinship` of another take: .5 to .9 in a week of news, .35 where an article quotes another one, .1 of two
    reports over one footer."""
    rest: float = 0.20
    """`Facts.rest` below which what is not shared is about other things: .25 to .45 of takes, .06 over one footer."""
    take_words: int = 60
    """Of the shorter one of two takes."""
    take_days: float = 1.5
    """A story runs on the wire for a day; dates are often given to the day."""
    update_words: int = 22
    """Words of the new run, by the same outlet."""
    lead_words: int = 16
    """Words of a lead of one's own, by another outlet."""
    midst_words: int = 60
    """Words of new passages in the midst, by another outlet: cuts are a paragraph of 30 to 50."""
    update_words_elsewhere: int = 45
    """By another, or where a source is missing: credits and notes of two sentences have 40."""
    quoted_words: int = 150
    """In one run: a publisher's footer may have 90."""
    quoted_run: float = 0.35
    """Of the shorter text, in one run."""
    story_words: int = 40
    """From which the same body is a copy under whatever headline: one line is a stub, a caption or a piece of the
    page."""
    quoted_most: float = 0.9
    """Of what both have, in one run, from which it is no take of the same story: that has cuts and a hand's work."""
    words: int = 30
    """Of the longer text: below, chance rules."""
    words_least: int = 8
    """Of the shorter one."""
    round_up: int = 3
    """Articles in one that do not repeat each other."""
    part_length: float = 0.5
    """Length of a part of many, of the whole."""
    reworded_close: float = 0.6
    """Share of both in paragraphs that say the same by their vectors."""
    reworded_pairs: int = 4
    """Such paragraphs: one or two are the same quotation, or a brief with one thing to say."""
    reworded_days: float = 3.0
    """Who takes over another outlet's report does so while it is news."""


DEFAULTS = Thresholds()
