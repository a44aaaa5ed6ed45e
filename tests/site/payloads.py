"""What hostile text looks like: HTML, links, and the syntax of Markdown extensions (threats T1, T2)."""

from __future__ import annotations

SECRET = "the-content-of-another-file"
SECRET_FILE = "secret.txt"

# One line each: they fit every text field.
LINES = {
    "script": "<script>alert(1)</script>",
    "handler": "<img src=x onerror=alert(1)>",
    "svg": "<svg/onload=alert(1)><foreignObject>",
    "closing": "</div></article></main></title></head><script>alert(1)</script>",
    "attribute-end": '" onmouseover="alert(1)" x=\' onclick=\'alert(1)',
    "comment": "<!-- x --><style>*{display:none}</style><base href=//evil.example>",
    "entities": "&lt;script&gt;alert(1)&lt;/script&gt; &#60;img src=x onerror=alert(1)&#62;",
    "cdata": "<![CDATA[<script>alert(1)</script>]]> <?php echo 1 ?>",
    "link-script": "[x](javascript:alert(1)) [y](JaVaScRiPt:alert(1)) [z](vbscript:x)",
    "link-data": "[x](data:text/html;base64,PHNjcmlwdD4=) <javascript:alert(1)>",
    "link-encoded": "[x](javascript&#58;alert(1)) [y](&#x6A;avascript:alert(1)) [z](%6aavascript:alert(1))",
    "link-relative": "[x](//evil.example/x) [y](/\\evil.example) [z](\\\\evil.example) [w](https:\\\\evil.example)",
    "link-title": '[x](https://ok.example "onmouseover=alert(1)") [y](https://ok.example/"onclick="alert(1))',
    "image": "![x](https://evil.example/beacon.png) ![y](data:image/svg+xml,<svg/onload=alert(1)>)",
    "reference-image": "![x][evil] <https://ok.example/?a=1&b=2>",
    "attr-list": "text {: onmouseover=alert(1) #evil .evil style=color:red }",
    "attr-list-link": "[x](https://ok.example){: onclick=alert(1) }{onclick=alert(1)}",
    "snippet": f'--8<-- "{SECRET_FILE}"',
    "snippet-url": '--8<-- "https://evil.example/x.md"',
    "toc": "[TOC]",
    "directive": "::: hotwash.site.pages",
    "maths": "$$x^2$$ $x$ \\(x\\) \\[x\\] `$x$`",
    "keys": "++ctrl+alt+del++",
    "emoji": ":smile: :material-eye: :octicons-eye-16:",
    "critic": "{++added++} {--gone--} {~~a~>b~~} {==marked==} {>>comment<<}",
    "marks": "==marked== ^^inserted^^ ~~gone~~ H~2~O x^2^ --> (c) +/- 1/2",
    "progress": '[=85% "85%"]{: .thin}',
    "template": "{{ config }} {% include 'x' %} {# x #} ${x} #{x} <%= x %>",
    "magic-link": "https://evil.example/x @evil user/repo#1 www.evil.example mail@evil.example",
    "wiki-link": "[[Evil]] [[evil|x]] [^1] [x][]",
    "bracket-span": "[x]{.evil onclick=alert(1)}",
    "fence-inline": "```python exec=on``` `#!python print(1)` ~~~",
    "front-matter": "--- {template: evil.html}: [&a, *a] !!python/name:os.system '\"",
    "heading": "# h1 ## h2 {#evil}",
    "placeholder": "wzxhzdk:0 klzzwxh:0001 &#2;wzxhzdk:0&#3;",
}
# Several lines: they fit prose only.
BLOCKS = {
    "snippet-block": f'a\n\n--8<-- "{SECRET_FILE}"\n\n--8<--\n{SECRET_FILE}\n--8<--\n',
    "snippet-short": f';--8<-- "{SECRET_FILE}"\n-8<- "{SECRET_FILE}"\n',
    "fence-block": "```html\n</code></pre><script>alert(1)</script>\n```\n\n~~~ {.html onclick=alert(1)}\nx\n~~~\n",
    "unclosed-fence": "```\n<script>alert(1)</script>",
    "html-block": "<div markdown=1 onclick=alert(1)>\n\n**x**\n\n</div>\n\n<script>\nalert(1)\n</script>\n",
    "definitions": "*[of]: evil <b>\n\n[x]: javascript:alert(1)\n\n[x] [^1]\n\n[^1]: <script>alert(1)</script>\n",
    "admonition": "!!! note evil\n    <script>alert(1)</script>\n\n??? evil\n    x\n",
    "blocks": "/// html | script\nalert(1)\n///\n\n/// details | evil\n    open: true\n///\n",
    "tabs": '=== "evil"\n\n    x\n\n=== "evil 2"\n\n    y\n',
    "definition-list": "term\n:   <script>alert(1)</script>\n",
    "tasks": "- [ ] <img src=x onerror=alert(1)>\n- [x] done\n",
    "setext": "Title\n=====\n\nOther\n-----\n\n# One\n\n#### Four\n\n###### Six\n",
    "table": "| a {: onclick=alert(1) } | b |\n|---|:-:|\n| <script>alert(1)</script> | [x](javascript:x) |\n",
    "document-end": "x\n\n---\n\n...\n\n---\ntemplate: evil.html\n---\n",
    "directive-block": "x\n\n::: hotwash.site.pages\n    options:\n      x: y\n",
    "include-block": "{!secret.txt!}\n\n.. include:: secret.txt\n\n[[include:secret.txt]]\n",
    "code-indent": "    <script>alert(1)</script>\n\n\t[x](javascript:x)\n",
}
# No blanks: they fit the fields for links.
LINKS = {
    "javascript": "javascript:alert(1)",
    "mixed-case": "JaVaScRiPt:alert(1)//https://ok.example",
    "data": "data:text/html,<script>alert(1)</script>",
    "no-scheme": "//evil.example/x",
    "backslashes": "https:\\\\evil.example/\\x",
    "quotes": 'https://ok.example/"onmouseover="alert(1)"\'onclick=\'alert(1)',
    "tags": "https://ok.example/<script>alert(1)</script>",
    "braces": "https://ok.example/{{config}}{:onclick=alert(1)}[x](javascript:x)",
    "no-host": "https:///x",
    "broken": "https://[::1",
    "colon": "&#106;avascript:alert(1)",
}
