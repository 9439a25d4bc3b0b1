package dev.gatehouse.dsl.tell;

import dev.gatehouse.core.report.Plain;
import dev.gatehouse.core.tell.Notice;
import java.util.ArrayList;
import java.util.List;

/** Notices as lines of plain text: the last in full, those before it in a line each. */
final class NoticeText {
  private static final int MOST_LINES = 10;

  private NoticeText() {}

  /** What a notice is, in one line. */
  static String line(Notice notice) {
    return Plain.line(notice.runbook() + " on " + notice.target() + ": " + notice.text());
  }

  /**
   * All of it.
   *
   * @param details lines of details of the last one
   */
  static List<String> lines(List<Notice> notices, int details) {
    Notice last = notices.get(notices.size() - 1);
    List<String> lines = new ArrayList<>();
    lines.add(line(last));
    last.details().stream().limit(details).map(Plain::line).forEach(lines::add);
    if (last.details().size() > details) {
      lines.add("... (" + (last.details().size() - details) + " more lines)");
    }
    last.facts().forEach((name, value) -> lines.add(Plain.line(name + ": " + value)));
    lines.addAll(earlier(notices));
    lines.add(last.id());
    return lines;
  }

  /** What came before the last one while it could not be told. */
  static List<String> earlier(List<Notice> notices) {
    List<Notice> before = notices.subList(0, notices.size() - 1);
    List<String> lines = new ArrayList<>();
    before.stream()
        .skip(Math.max(0, before.size() - MOST_LINES))
        .forEach(one -> lines.add("before, " + one.at() + ": " + Plain.line(one.text())));
    if (before.size() > MOST_LINES) {
      lines.add("and " + (before.size() - MOST_LINES) + " more before");
    }
    return lines;
  }

  /** Cut, without half a character. */
  static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    return text.substring(0, end) + "... (cut)";
  }
}
