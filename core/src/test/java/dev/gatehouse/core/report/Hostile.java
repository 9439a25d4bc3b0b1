package dev.gatehouse.core.report;

import java.util.List;
import java.util.Random;

/** Names that somebody made up to break a report. */
final class Hostile {
  private static final List<String> BAD =
      List.of(
          "</script>",
          "<script>alert(1)</script>",
          "]]>",
          "<![CDATA[",
          "<!--",
          "-->",
          "&lt;",
          "&",
          "</style>",
          "</title>",
          "\"",
          "'",
          "` ```",
          "| ",
          "\n",
          "\r\n",
          "\t",
          "\u0000",
          "\u0001",
          "\u001b[2J",
          "\u007f",
          "\u0085",
          "\u009b",
          "\u200f",
          "\u202e",
          "\u2028",
          "\u2066",
          "\ufeff",
          "\ufffe",
          "\uffff",
          "\ud800",
          "\udfff",
          "\udbff\udfff",
          "\ud83d\ude00",
          "\u05d0\u05d1",
          "\u0627\u0644",
          "shop\"; drop",
          "%%{init: {}}%%",
          "section x",
          "click a",
          ":",
          ";",
          "#35;",
          "  ",
          "\\u0041",
          "<?xml version='1.0'?>",
          "javascript:alert(1)",
          "]]>]]>",
          "e\u0301",
          "a");

  private Hostile() {}

  /** Not blank; one in ten has more than 10,000 characters. */
  static String name(Random random) {
    StringBuilder name = new StringBuilder();
    int least = random.nextInt(10) == 0 ? 10_000 : 1 + random.nextInt(30);
    while (name.length() < least || name.toString().isBlank()) {
      name.append(
          random.nextInt(3) == 0
              ? Character.toString(random.nextInt(Character.MAX_CODE_POINT + 1))
              : BAD.get(random.nextInt(BAD.size())));
    }
    return name.toString();
  }
}
