package dev.gatehouse.core.dialect;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Differences of catalogues as text. */
final class DriftText {
  static final String NOTHING = "nothing of that name";

  static final int SHOWN = 20;

  private DriftText() {}

  static String side(Drift drift) {
    return drift.getClass().getSimpleName() + " ";
  }

  static String described(CatalogueObject object) {
    return object.fields().entrySet().stream()
        .filter(field -> !field.getKey().equals("of"))
        .map(field -> field.getKey() + ": " + field.getValue())
        .collect(Collectors.joining("\n"));
  }

  static String lines(
      Map<String, Drift.Fields> fields,
      Function<Drift.Fields, String> side,
      Function<Drift.Fields, String> other) {
    return fields.entrySet().stream()
        .map(
            field ->
                field.getKey()
                    + ": "
                    + differing(side.apply(field.getValue()), other.apply(field.getValue())))
        .collect(Collectors.joining("\n"));
  }

  /** The lines of a text that another does not have in that place. */
  private static String differing(String text, String other) {
    if (text.isEmpty()) {
      return "none";
    }
    List<String> mine = Arrays.asList(text.split("\n", -1));
    List<String> theirs = Arrays.asList(other.split("\n", -1));
    int least = Math.min(mine.size(), theirs.size());
    int head = 0;
    while (head < least && mine.get(head).equals(theirs.get(head))) {
      head++;
    }
    int tail = 0;
    while (tail < least - head
        && mine.get(mine.size() - 1 - tail).equals(theirs.get(theirs.size() - 1 - tail))) {
      tail++;
    }
    if (head == 0 && tail == 0) {
      return text;
    }
    List<String> rest = mine.subList(head, mine.size() - tail);
    return rest.isEmpty()
        ? "(nothing at line " + (head + 1) + ")"
        : "(line " + (head + 1) + ") " + String.join("\n", rest);
  }
}
