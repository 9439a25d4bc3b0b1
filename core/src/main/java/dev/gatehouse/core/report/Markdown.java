package dev.gatehouse.core.report;

import java.util.List;

/**
 * Text from outside within Markdown. It only ever stands in code: nothing in a code span or an
 * indented block is HTML, a link, a mention or emphasis, whatever it says, and no escaping rule of
 * any one renderer has to be right.
 */
final class Markdown {

  private Markdown() {}

  /** As a code span of one line; nothing for nothing. */
  static String code(String text) {
    String line = Plain.line(text);
    if (line.isBlank()) {
      return "";
    }
    String fence = "`".repeat(longestRun(line) + 1);
    boolean pad = line.startsWith("`") || line.endsWith("`");
    return pad ? fence + " " + line + " " + fence : fence + line + fence;
  }

  /** As a code span within a table, where renderers cut at each pipe before they look for code. */
  static String cell(String text) {
    return code(Plain.line(text).replace("|", Plain.escape('|')));
  }

  /**
   * As an indented block, each line pushed in by the indent of its list item and four more; with a
   * blank line before it, as an indented block needs. Its first line is no blank one: that would
   * end it at once.
   */
  static String block(String indent, List<String> texts) {
    String code = Plain.block(String.join("\n", texts));
    StringBuilder block = new StringBuilder();
    code.lines()
        .dropWhile(String::isBlank)
        .forEach(line -> block.append((indent + "    " + line).stripTrailing()).append('\n'));
    return block.isEmpty() ? "" : "\n" + block;
  }

  private static int longestRun(String line) {
    int longest = 0;
    int run = 0;
    for (int i = 0; i < line.length(); i++) {
      run = line.charAt(i) == '`' ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    return longest;
  }
}
