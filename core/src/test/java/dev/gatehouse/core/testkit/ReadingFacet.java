package dev.gatehouse.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatehouse.core.dialect.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A session for reading cannot write, whatever it is told. */
public interface ReadingFacet extends Facet {

  /** Something done to a session. */
  interface Attempt {
    void on(Connection session) throws SQLException;
  }

  private Map<String, List<Attempt>> attempts(Target target) {
    Map<String, List<Attempt>> attempts = new LinkedHashMap<>();
    List<String> plain =
        List.of(
            subject().insert(10, "ten"),
            "UPDATE " + DialectSubject.TABLE + " SET name = 'changed'",
            "DELETE FROM " + DialectSubject.TABLE,
            "DROP TABLE " + DialectSubject.TABLE,
            subject().createTable("contract_more"));
    plain.forEach(sql -> attempts.put(sql, List.of(session -> Sql.run(session, sql))));
    Attempt insert = session -> Sql.run(session, plain.get(0));
    attempts.put("setReadOnly(false)", List.of(session -> session.setReadOnly(false), insert));
    attempts.put("setAutoCommit(true)", List.of(session -> session.setAutoCommit(true), insert));
    attempts.put("commit()", List.of(Connection::commit, insert, Connection::commit));
    attempts.put("rollback()", List.of(Connection::rollback, insert, Connection::commit));
    for (List<String> own : subject().writeAttempts(target)) {
      List<Attempt> steps = new ArrayList<>();
      own.forEach(sql -> steps.add(session -> Sql.run(session, sql)));
      attempts.put(String.join("; ", own), steps);
    }
    return attempts;
  }

  /** All of it, going on after errors; whether there was one. */
  private static boolean failed(Connection session, List<Attempt> steps) {
    boolean failed = false;
    for (Attempt step : steps) {
      try {
        step.on(session);
      } catch (SQLException e) {
        failed = true;
      }
    }
    return failed;
  }

  @Test
  default void a_reading_session_cannot_write_whatever_it_is_told() throws Exception {
    Target target = filled();
    String before = subject().state(target);
    for (Map.Entry<String, List<Attempt>> attempt : attempts(target).entrySet()) {
      boolean failed;
      try (Connection session = dialect().openReading(target)) {
        failed = failed(session, attempt.getValue());
      }
      assertThat(subject().state(target)).as(attempt.getKey()).isEqualTo(before);
      assertThat(failed).as("an error that tells so: %s", attempt.getKey()).isTrue();
    }
  }

  /** Otherwise the test above proves nothing. */
  @Test
  default void each_of_those_attempts_would_write_through_a_session_for_writing() throws Exception {
    for (String name : attempts(target()).keySet()) {
      Target target = fill(subject().another());
      String before = subject().state(target);
      List<Attempt> steps = List.copyOf(attempts(target).values()).get(index(name));
      try (Connection session = dialect().openWriting(target)) {
        failed(session, steps);
      }
      assertThat(subject().state(target)).as(name).isNotEqualTo(before);
    }
  }

  private int index(String name) {
    return List.copyOf(attempts(target()).keySet()).indexOf(name);
  }

  @Test
  default void a_reading_session_sees_what_is_committed() throws Exception {
    filled();
    assertThat(committedRows()).isEqualTo(3);
  }

  @Test
  default void a_reading_session_sees_one_state_until_it_is_closed() throws Exception {
    if (!subject().readsOneState()) {
      return;
    }
    Target target = filled();
    try (Connection session = dialect().openReading(target)) {
      assertThat(Sql.count(session)).isEqualTo(3);
      try (Connection other = dialect().openWriting(target);
          Statement statement = other.createStatement()) {
        statement.setQueryTimeout(1);
        statement.execute(subject().insert(4, "four"));
      } catch (SQLException readersKeepWritersOut) {
        assertThat(concurrency().inDoubt(readersKeepWritersOut)).isFalse();
      }
      assertThat(Sql.count(session)).isEqualTo(3);
    }
  }
}
