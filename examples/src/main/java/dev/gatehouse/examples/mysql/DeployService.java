package dev.gatehouse.examples.mysql;

import dev.gatehouse.core.outcome.Secret;
import dev.gatehouse.examples.WebService;
import dev.gatehouse.examples.WebService.Answer;
import java.io.IOException;

/**
 * Stands for GitHub with one workflow that deploys, and that nobody has started: what {@code
 * workflow(...)} asks of it, and only with its token.
 */
public final class DeployService implements AutoCloseable {
  private static final String WORKFLOW = "/repos/acme/shop/actions/workflows/deploy.yml";

  private final WebService service;
  private volatile String state = "active";

  private DeployService() throws IOException {
    service = WebService.begin(this::answer);
  }

  /** On a port of its own, until it is closed. */
  public static DeployService begin() throws IOException {
    return new DeployService();
  }

  /** As {@code https://api.github.com} would be. */
  public String address() {
    return service.address();
  }

  /** What is sent as {@code Authorization}. */
  public Secret token() {
    return WebService.token();
  }

  private Answer answer(String asked, boolean known) {
    if (!known) {
      return new Answer(401, "{}");
    }
    return switch (asked) {
      case "PUT " + WORKFLOW + "/disable" -> set("disabled_manually");
      case "PUT " + WORKFLOW + "/enable" -> set("active");
      case "GET " + WORKFLOW + "/runs" ->
          new Answer(200, "{\"total_count\":0,\"workflow_runs\":[]}");
      case "GET " + WORKFLOW -> new Answer(200, "{\"state\":\"" + state + "\"}");
      default -> new Answer(404, "{}");
    };
  }

  private Answer set(String now) {
    state = now;
    return new Answer(204, "");
  }

  @Override
  public void close() {
    service.close();
  }
}
