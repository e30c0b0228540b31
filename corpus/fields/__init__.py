"""From loose fields to an article: names of fields as archives use them, values of any type, one set of rules.

`conversion` makes an article of the fields of the API; `records` of a record under any usual `names`.
"""
