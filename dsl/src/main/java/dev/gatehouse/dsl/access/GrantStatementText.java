package dev.gatehouse.dsl.access;

import dev.gatehouse.core.dialect.GrantMethod.InSequence.Back;
import dev.gatehouse.core.dialect.GrantMethod.InSequence.GrantStatement;
import dev.gatehouse.core.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** How a statement of grants stands in a journal, so that it is the same when a run is resumed. */
final class GrantStatementText {
  private GrantStatementText() {}

  static String of(GrantStatement statement) {
    return new String(
        Json.canonical(
            Map.of(
                "name", statement.name(),
                "sql", statement.sql(),
                "inverse", statement.inverse().stream().map(GrantStatementText::back).toList(),
                "takes", statement.takes(),
                "entry", statement.entry(),
                "before", statement.before(),
                "after", statement.after())),
        StandardCharsets.UTF_8);
  }

  static GrantStatement read(String text) {
    Map<String, Object> body = Json.parse(text.getBytes(StandardCharsets.UTF_8));
    return new GrantStatement(
        text(body, "name"),
        text(body, "sql"),
        inverse(body),
        Boolean.TRUE.equals(body.get("takes")),
        text(body, "entry"),
        text(body, "before"),
        text(body, "after"));
  }

  private static Map<String, Object> back(Back back) {
    return Map.of("sql", back.sql(), "leaves", back.leaves());
  }

  private static List<Back> inverse(Map<String, Object> body) {
    List<Back> inverse = new ArrayList<>();
    for (Object one : (List<?>) Objects.requireNonNull(body.get("inverse"))) {
      Map<?, ?> back = (Map<?, ?>) one;
      inverse.add(new Back(String.valueOf(back.get("sql")), String.valueOf(back.get("leaves"))));
    }
    return inverse;
  }

  private static String text(Map<String, Object> body, String field) {
    return String.valueOf(body.get(field));
  }
}
