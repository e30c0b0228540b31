"""One article, for the contract that it is the same through every format: title, text, day and URL."""

TITLE = "Ferry to Sandoy Is Halted as Storm Gates Fail a Second Time"
PARAGRAPHS = (
    "The ferry between Kell harbour and Sandoy was taken out of service on Monday after the storm gates at the island's"
    " only pier failed for the second time in a month, leaving 340 islanders without a link to the mainland.",
    "“We had warned the county in October that the hinges were worn,” said Marit Øverland, who has run the pier for"
    " nineteen years. “Nobody came to look at them until the first gate fell.”",
    "Engineers from the harbour board will examine both gates on Wednesday, when the wind is expected to ease. A"
    " spokesman put the cost of a repair at €1.4 million and said that the work could take until the end of March.",
    "Until then the mail boat will carry up to twelve passengers twice a day. Pupils who go to school in Kell will stay"
    " with families in the town during the week, the council decided on Monday evening.",
)
TEXT = "\n\n".join(PARAGRAPHS)
INSTANT = "2024-03-04T09:12:00Z"
DAY = "2024-03-04"
RFC_822 = "Mon, 04 Mar 2024 09:12:00 +0000"
URL = "https://kellpost.example/2024/03/04/ferry-to-sandoy"
SOURCE = "Kell Post"
AUTHOR = "Ruta Delmar"
SECTION = "Transport"
LANGUAGE = "en"
