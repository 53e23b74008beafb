"""What the vendors' files do not say, or say wrongly: every exception, with the reason for it.

The reasons name the evidence as the fact sheet on Atlassian tags it: [doc], [source], [report],
[recorded], [spec].
"""

from __future__ import annotations

import re
from dataclasses import dataclass

CLOUD, DATA_CENTER = "cloud", "data-center"


@dataclass(frozen=True, slots=True)
class Unwritten:
    """An endpoint that is real, though no file describes it. `where` is of one kind of site."""

    tool: str
    where: str | None
    methods: frozenset[str]
    path: re.Pattern[str]
    reason: str

    def fits(self, tool: str, where: str, method: str, path: str) -> bool:
        """Say whether a request asks for it."""
        return (
            tool == self.tool
            and self.where in (None, where)
            and method in self.methods
            and self.path.fullmatch(path) is not None
        )


def _unwritten(tool: str, where: str | None, methods: str, path: str, reason: str) -> Unwritten:
    return Unwritten(tool, where, frozenset(methods.split()), re.compile(path), reason)


UNWRITTEN = (
    _unwritten(
        "jira", None, "GET POST PUT DELETE", r"/rest/webhooks/1\.0/webhook(/\d+)?",
        "[source] admin webhooks of Jira Cloud and of Jira up to 9; in none of the files",
    ),
    _unwritten(
        "jira", DATA_CENTER, "GET POST PUT DELETE",
        r"/rest/jira-webhook/1\.0/webhooks(/\d+)?(/statistics(/summary)?|/latest|/transitions)?",
        "[report] admin webhooks moved here with Jira 10; in none of the files",
    ),
    _unwritten(
        "jira", CLOUD, "GET", r"/_edge/tenant_info",
        "[doc] where a site tells its cloud id; in none of the files",
    ),
    _unwritten(
        "confluence", CLOUD, "GET", r"/_edge/tenant_info",
        "[doc] where a site tells its cloud id; in none of the files",
    ),
    _unwritten(
        "jira", CLOUD, "GET POST", r"/rest/api/(2|3|latest)/search",
        "[recorded] retired: it answers 410 and says where to go",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Misdescribed:
    """A request or an answer that a file describes otherwise than the service has it.

    - `operation` is `GET /path/{template}` in the words of the file.
    - `about` is found in the problem that is no problem.
    """

    file: str
    operation: re.Pattern[str]
    about: re.Pattern[str]
    reason: str


def _misdescribed(file: str, operation: str, about: str, reason: str) -> Misdescribed:
    return Misdescribed(file, re.compile(operation), re.compile(about), reason)


MISDESCRIBED = (
    _misdescribed(
        "jira-cloud-platform-v3.json", "POST /rest/api/3/changelog/bulkfetch",
        r"changeHistories/\*/created: \d+ is not of type 'string'",
        "[spec] its own example has numbers: milliseconds since 1970",
    ),
    *(
        _misdescribed(
            file, r"(GET|POST) /.*",
            r"items/\*/(from|fromString|to|toString): None is not of type 'string'",
            "[recorded] a change from nothing, or to nothing, has null there",
        )
        for file in ("jira-cloud-platform-v3.json", "jira-dc-11.3.8.json")
    ),
    _misdescribed(
        "jira-dc-11.3.8.json", r"(GET|POST|PUT) /api/2/(issue|search).*",
        r"fields/\w+: .* is not of type 'object'",
        "[recorded] a field is whatever its kind is: text, a day, a list, null",
    ),
    _misdescribed(
        "jira-dc-11.3.8.json", r"GET /api/2/issue/\{issueIdOrKey\}/transitions",
        r"it has no parameter 'expand'",
        "[spec] its own text says that fields are returned with expand=transitions.fields",
    ),
    _misdescribed(
        "jira-dc-11.3.8.json", r"POST /api/2/issue/\{issueIdOrKey\}/remotelink",
        r"it never answers 201",
        "[spec: jira-cloud-platform-v3.json] 201 where the link is new; the same here",
    ),
    _misdescribed(
        "jira-dc-11.3.8.json", r"(GET|POST|PUT) /api/2/(issue|project)(/.*)?",
        r"(properties/\*/)?value: .* is not of type 'string'",
        "[spec] types the text in which its program keeps JSON; a value is any JSON",
    ),
    _misdescribed(
        "jira-dc-11.3.8.json", r"PUT /api/2/(issue|project)/.*/properties/\{propertyKey\}",
        r"request application/json: the body: Additional properties",
        "[spec] types the wrapper that its program has for JSON; a value is any JSON",
    ),
    _misdescribed(
        "jira-dc-11.3.8.json", r"(GET|POST) /api/2/version/.*remotelink.*",
        r"link: \{.* is not of type 'string'",
        "[spec] types the text in which its program keeps JSON; a link is an object",
    ),
    _misdescribed(
        "jira-dc-11.3.8.json", r"(PUT|POST) /api/2/issue.*",
        r"update/\w+/\*: Additional properties are not allowed \('(add|edit|remove|set)' was",
        "[spec] leaves out what an operation is called by, which its own examples have",
    ),
    _misdescribed(
        "confluence-cloud-v2.json", "GET /spaces",
        r"results/\*/(description|icon): None is not of type 'object'",
        "[report] both are null where nobody asks for them by `description-format`, `include-icon`",
    ),
    _misdescribed(
        "confluence-dc-10.2.14.json", r"(POST|PUT) /rest/api/content/\{id\}/property.*",
        r"request application/json: value: Additional properties",
        "[spec] types the wrapper that its program has for JSON; a value is any JSON",
    ),
    _misdescribed(
        "confluence-cloud-v2.json", r"(GET|POST|PUT) (/spaces/\{id\})?/pages(/\{id\})?(/title)?",
        r"parent(Id|Type): None is not of type 'string'",
        '[spec] its own words say "or null if there is no parent page"; the types forget it',
    ),
    _misdescribed(
        "confluence-dc-10.2.14.json", r"GET /rest/api/content/\{id\}/child/attachment",
        r"it never answers 200; there are: 201",
        "[spec] gives a list that is read the status of something made",
    ),
)  # fmt: skip

# [report] Data Center's file types 37 lists as one of their items: hold each item against it.
LISTS_TYPED_AS_ONE = frozenset(
    {
        "GET /api/2/field",
        "GET /api/2/issue/{issueIdOrKey}/remotelink",
        "GET /api/2/issuetype",
        "GET /api/2/project",
        "GET /api/2/project/{projectIdOrKey}/statuses",
        "GET /api/2/status",
        "GET /api/2/user/search",
    }
)


def described_wrongly(file: str, operation: str, problem: str) -> bool:
    """Say whether the file, and not the answer, is wrong."""
    return any(
        one.file == file and one.operation.fullmatch(operation) and one.about.search(problem)
        for one in MISDESCRIBED
    )
