package dev.gatehouse.core.testkit.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** What is installed here: {@code /usr/lib/postgresql/<major>/bin}, and PATH. */
final class ThisMachine implements EngineProvider {

  @Override
  public String name() {
    return "this machine";
  }

  @Override
  public Optional<Server> server(Product product, String version, List<String> declined) {
    String program =
        switch (product) {
          case POSTGRES -> "postgres";
          case MYSQL -> "mysqld";
          case MARIADB -> "mariadbd";
        };
    return find(product, version, program, declined)
        .filter(found -> product != Product.POSTGRES || hasInitdb(found))
        .map(
            found -> {
              Path bin = Objects.requireNonNull(found.path().getParent());
              Path base = Objects.requireNonNull(bin.getParent());
              Path share = base.resolve("share");
              return Launcher.start(
                  new Installation(
                      product,
                      found.version(),
                      bin,
                      Files.isDirectory(share.resolve("mysql")) ? share.resolve("mysql") : share,
                      base,
                      Map.of(),
                      found.servedBy()));
            });
  }

  private static boolean hasInitdb(Tool server) {
    return Files.isExecutable(server.path().resolveSibling("initdb"));
  }

  @Override
  public Optional<Tool> tool(Product product, String version, String tool, List<String> declined) {
    return find(product, product.series(version), tool, declined);
  }

  private Optional<Tool> find(
      Product product, String version, String program, List<String> declined) {
    Stream<Path> places =
        Stream.concat(
            product == Product.POSTGRES
                ? Stream.of(Path.of("/usr/lib/postgresql", product.series(version), "bin", program))
                : Stream.of(Path.of("/usr/sbin", program)),
            Programs.onPath(program).stream());
    Optional<Tool> found =
        places
            .flatMap(
                path ->
                    Programs.version(path, product, Map.of()).stream()
                        .filter(said -> product.answers(version, said))
                        .map(said -> new Tool(path, said, true, name() + " (" + path + ")")))
            .findFirst();
    if (found.isEmpty()) {
      declined.add(name() + ": no " + program + " " + version + " on PATH");
    }
    return found;
  }
}
