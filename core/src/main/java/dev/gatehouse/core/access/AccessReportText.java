package dev.gatehouse.core.access;

import dev.gatehouse.core.access.AccessObject.Kind;
import dev.gatehouse.core.access.AccessReport.Entry;
import dev.gatehouse.core.access.AccessReport.Way;
import dev.gatehouse.core.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A report of what a role can do, as text. */
final class AccessReportText {
  private AccessReportText() {}

  static String plain(AccessReport report) {
    StringBuilder text = new StringBuilder("what " + report.role() + " can do\n");
    for (Entry entry : report.entries()) {
      text.append("\n").append(entry.form()).append(" ").append(entry.object()).append("\n");
      lines(entry).forEach(line -> text.append("  ").append(line).append("\n"));
    }
    section(text, "as everybody", report.everybody());
    section(text, "can make itself or others more", report.escalations());
    section(text, "on what is still to be made", report.future());
    section(text, "runs for it in the name of others, body", report.bodies());
    section(text, "cannot be told", report.unread());
    return text.toString();
  }

  private static List<String> lines(Entry entry) {
    List<String> lines = new ArrayList<>();
    for (Way way : entry.ways()) {
      String state = way.state().equals("now") ? "" : ", " + way.state();
      lines.add(String.join(", ", way.privileges()) + state + ": " + way.sentence());
    }
    entry.ofNoUse().forEach(one -> lines.add("of no use, " + one));
    entry.rows().forEach(one -> lines.add("rows, " + one));
    return lines;
  }

  private static void section(StringBuilder text, String head, List<String> lines) {
    if (!lines.isEmpty()) {
      text.append("\n").append(head).append("\n");
      lines.forEach(line -> text.append("  ").append(line).append("\n"));
    }
  }

  static String markdown(AccessReport report) {
    StringBuilder text = new StringBuilder("# What " + cell(report.role()) + " can do\n");
    for (Kind kind : Kind.values()) {
      List<Entry> entries =
          report.entries().stream().filter(entry -> entry.object().kind() == kind).toList();
      if (!entries.isEmpty()) {
        text.append("\n## ").append(head(kind)).append("\n\n| what | can | how |\n|---|---|---|\n");
        entries.forEach(entry -> rows(text, entry));
      }
    }
    list(text, "As everybody", report.everybody());
    list(text, "Can make itself or others more", report.escalations());
    list(text, "On what is still to be made", report.future());
    list(text, "Runs for it in the name of others, body", report.bodies());
    list(text, "Cannot be told", report.unread());
    return text.toString();
  }

  private static String head(Kind kind) {
    return switch (kind) {
      case TABLE -> "Tables, views and the like";
      case LARGE_OBJECTS -> "Large objects";
      default -> Character.toUpperCase(kind.words().charAt(0)) + kind.words().substring(1) + "s";
    };
  }

  private static void rows(StringBuilder text, Entry entry) {
    String what = cell(entry.form() + " " + entry.object());
    for (Way way : entry.ways()) {
      String state = way.state().equals("now") ? "" : " (" + way.state() + ")";
      row(text, what, String.join(", ", way.privileges()) + state, way.sentence());
    }
    entry.ofNoUse().forEach(one -> row(text, what, "of no use", one));
    entry.rows().forEach(one -> row(text, what, "rows", one));
  }

  private static void row(StringBuilder text, String what, String can, String how) {
    text.append("| " + what + " | " + can + " | " + cell(how) + " |\n");
  }

  private static void list(StringBuilder text, String head, List<String> lines) {
    if (!lines.isEmpty()) {
      text.append("\n## ").append(head).append("\n\n");
      lines.forEach(line -> text.append("- ").append(cell(line)).append("\n"));
    }
  }

  /** Names are people's, and may hold what Markdown takes for its own. */
  private static String cell(String text) {
    return text.replaceAll("([\\\\|*_`<>\\[\\]#])", "\\\\$1").replace("\n", " ");
  }

  static String json(AccessReport report) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("role", report.role());
    json.put("objects", report.entries().stream().map(AccessReportText::json).toList());
    json.put("everybody", report.everybody());
    json.put("escalations", report.escalations());
    json.put("future", report.future());
    json.put("bodies", report.bodies());
    json.put("unread", report.unread());
    return Json.pretty(json);
  }

  private static Map<String, Object> json(Entry entry) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", entry.object().kind().words());
    json.put("form", entry.form());
    json.put("name", entry.object().name());
    List<Map<String, Object>> ways = new ArrayList<>();
    for (Way way : entry.ways()) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("privileges", way.privileges());
      one.put("state", way.state());
      one.put("path", way.sentence());
      one.put("fix", way.fix());
      ways.add(one);
    }
    json.put("ways", ways);
    json.put("ofNoUse", entry.ofNoUse());
    json.put("rows", entry.rows());
    return json;
  }
}
