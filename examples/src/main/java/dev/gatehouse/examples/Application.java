package dev.gatehouse.examples;

import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.examples.WebService.Answer;
import java.io.IOException;

/**
 * The web application before the database: {@code GET /health}, {@code GET /api/maintenance},
 * {@code POST /api/maintenance/enable} and {@code /disable}, the last two with its token alone.
 */
public final class Application implements AutoCloseable {
  private final WebService service;
  private volatile boolean maintenance;
  private volatile long delay;

  private Application() throws IOException {
    service = WebService.begin(this::answer);
  }

  /** On a port of its own, until it is closed. */
  public static Application begin() throws IOException {
    return new Application();
  }

  /** Where it is. */
  public String address() {
    return service.address();
  }

  /** What its administrators send as {@code Authorization}. */
  public Secret token() {
    return WebService.token();
  }

  /** As one does that is in trouble. */
  public void answerAfter(long milliseconds) {
    delay = milliseconds;
  }

  private Answer answer(String asked, boolean known) {
    try {
      Thread.sleep(delay);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return switch (asked) {
      case "GET /health", "GET /api/maintenance" -> told(200);
      case "POST /api/maintenance/enable" -> set(true, known);
      case "POST /api/maintenance/disable" -> set(false, known);
      default -> told(404);
    };
  }

  private Answer set(boolean on, boolean known) {
    if (known) {
      maintenance = on;
    }
    return told(known ? 200 : 401);
  }

  private Answer told(int status) {
    return new Answer(status, "{\"enabled\":" + maintenance + "}");
  }

  @Override
  public void close() {
    service.close();
  }
}
