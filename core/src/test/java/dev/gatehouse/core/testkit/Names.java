package dev.gatehouse.core.testkit;

import dev.gatehouse.core.dialect.Identifier;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Names that people, generators and attackers give to tables; the same for the same seed. */
final class Names {
  private static final List<String> PIECES =
      List.of(
          "a",
          "Z",
          "7",
          "_",
          "%",
          "$$",
          "#",
          "@",
          "-",
          "--",
          "/*",
          "*/",
          ";",
          ",",
          ".",
          ":",
          "?",
          "(",
          ")",
          "[",
          "]",
          "{",
          "}",
          "'",
          "''",
          "\"",
          "\"\"",
          "`",
          "``",
          "\\",
          "\\'",
          " ",
          "\t",
          "\n",
          "\r\n",
          "\u00e9",
          "e\u0301",
          "\u00df",
          "\u0130",
          "\u202e",
          "\u05d0",
          "\u4e2d",
          "\uD83D\uDE80",
          "; DROP TABLE contract_item; --",
          "%s",
          "${x}",
          "\u200b");
  private static final List<String> IMPOSSIBLE = List.of("\0", "\uD83D", "\uDE80");

  private final Random random;
  private final Identifier.Limit longest;
  private final List<String> reserved;

  Names(long seed, Identifier.Limit longest, List<String> reserved) {
    this.random = new Random(seed);
    this.longest = longest;
    this.reserved = reserved;
  }

  /** So many names, of which some cannot be names. */
  List<String> some(int count) {
    List<String> names = new ArrayList<>(reserved);
    names.add("");
    names.add("x\"); DROP TABLE contract_item; --");
    names.add("x`); DROP TABLE contract_item; --");
    for (int length = longest.most() - 1; length <= longest.most() + 1; length++) {
      names.add(exactly(length, "n"));
      names.add(exactly(length, "\u00e9"));
    }
    while (names.size() < count) {
      names.add(one());
    }
    return names.stream().distinct().toList();
  }

  private String one() {
    StringBuilder name = new StringBuilder();
    int pieces = 1 + random.nextInt(6);
    for (int i = 0; i < pieces; i++) {
      boolean impossible = random.nextInt(30) == 0;
      name.append(pick(impossible ? IMPOSSIBLE : PIECES));
    }
    return random.nextInt(3) == 0 ? pick(reserved) + name : name.toString();
  }

  private String pick(List<String> from) {
    return from.get(random.nextInt(from.size()));
  }

  private String exactly(int length, String letter) {
    int each = length(letter);
    return "x".repeat(length % each) + letter.repeat(length / each);
  }

  private int length(String name) {
    return longest.unit() == Identifier.Unit.BYTES
        ? name.getBytes(StandardCharsets.UTF_8).length
        : (int) name.codePoints().count();
  }

  /** Whether no server could keep it as it is. */
  boolean impossible(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return name.isEmpty()
        || name.indexOf('\0') >= 0
        || length(name) > longest.most()
        || !new String(bytes, StandardCharsets.UTF_8).equals(name);
  }
}
