package dev.gatehouse.core.testkit.engine;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The official image of a version, run by Testcontainers, where a Docker daemon answers and the
 * image is there or comes within a minute. Never waits longer to find out that it has nothing.
 */
final class Containers implements EngineProvider {
  /** How long a daemon may take to answer at all. */
  private static final Duration PING = Duration.ofSeconds(2);

  private static final Duration PULL = Duration.ofSeconds(60);

  private final List<URI> hosts;
  private final Duration pull;
  private final Optional<String> obstacle;

  Containers() {
    this(DockerDaemon.usual(), PULL, obstacle());
  }

  /**
   * @param pull how long an image may take to come
   * @param obstacle why Testcontainers cannot be asked at all, if so
   */
  Containers(List<URI> hosts, Duration pull, Optional<String> obstacle) {
    this.hosts = hosts;
    this.pull = pull;
    this.obstacle = obstacle;
  }

  @Override
  public String name() {
    return "Testcontainers";
  }

  @Override
  public Optional<Server> server(Product product, String version, List<String> declined) {
    Optional<DockerDaemon> daemon =
        hosts.stream().map(DockerDaemon::new).filter(each -> each.answers(PING)).findFirst();
    if (daemon.isEmpty()) {
      declined.add(
          name()
              + ": no Docker daemon"
              + (hosts.isEmpty() ? " here" : " answers within 2 s at " + hosts.get(0)));
      return Optional.empty();
    }
    if (obstacle.isPresent()) {
      declined.add(name() + ": " + obstacle.get());
      return Optional.empty();
    }
    String image = product.key() + ":" + version;
    Optional<String> absent =
        daemon.get().has(image) ? Optional.empty() : daemon.get().pull(image, pull);
    if (absent.isPresent()) {
      declined.add(
          "%s: no image %s, and none pulled within %d s: %s"
              .formatted(name(), image, pull.toSeconds(), absent.get()));
      return Optional.empty();
    }
    return Optional.of(
        ContainerServer.start(daemon.get(), product, image, name() + " (" + image + ")"));
  }

  /** What would make Testcontainers pull images of its own, without a limit we know. */
  private static Optional<String> obstacle() {
    if (!Boolean.parseBoolean(System.getenv("TESTCONTAINERS_RYUK_DISABLED"))) {
      return Optional.of(
          "no use without TESTCONTAINERS_RYUK_DISABLED=true, which the build sets; we remove our containers ourselves");
    }
    if (Files.exists(Path.of("/.dockerenv"))
        && System.getenv("TESTCONTAINERS_HOST_OVERRIDE") == null) {
      return Optional.of(
          "no address, because this JVM runs in a container itself: set TESTCONTAINERS_HOST_OVERRIDE to the host where ports of other containers answer");
    }
    return Optional.empty();
  }

  @Override
  public Optional<Tool> tool(Product product, String version, String tool, List<String> declined) {
    return Optional.empty();
  }
}
