package dev.gatehouse.core.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OpenedTest {
  private final AtomicInteger closed = new AtomicInteger();

  @Test
  void what_the_work_made_comes_back_and_nothing_is_closed() {
    AutoCloseable opened = closed::incrementAndGet;
    boolean same = Opened.orClose(opened, it -> it == opened);
    assertThat(same).isTrue();
    assertThat(closed).hasValue(0);
  }

  @Test
  void after_a_failure_it_is_closed_and_the_failure_goes_on_as_it_is() {
    SQLException failure = new SQLException("no");
    assertThatThrownBy(
            () ->
                Opened.orClose(
                    (AutoCloseable) closed::incrementAndGet,
                    it -> {
                      throw failure;
                    }))
        .isSameAs(failure);
    assertThat(closed).hasValue(1);
  }

  @Test
  void an_error_closes_it_as_well() {
    assertThatThrownBy(
            () ->
                Opened.orClose(
                    (AutoCloseable) closed::incrementAndGet,
                    it -> {
                      throw new StackOverflowError();
                    }))
        .isInstanceOf(StackOverflowError.class);
    assertThat(closed).hasValue(1);
  }

  @Test
  void what_goes_wrong_while_closing_does_not_hide_the_failure() {
    IOException unclosed = new IOException("not closed");
    AutoCloseable opened =
        () -> {
          throw unclosed;
        };
    assertThatThrownBy(
            () ->
                Opened.orClose(
                    opened,
                    it -> {
                      throw new SQLException("no");
                    }))
        .isInstanceOf(SQLException.class)
        .hasMessage("no")
        .hasSuppressedException(unclosed);
  }
}
