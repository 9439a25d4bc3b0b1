package dev.gatehouse.core.testkit.engine;

import java.util.List;
import java.util.Optional;

/**
 * Someone who may have a server or a tool. Asked in turn; the first that answers wins.
 *
 * <p>Who has nothing says in {@code declined} why, for the message a person reads when nobody had.
 */
interface EngineProvider {

  /** In the order they are asked; {@code -Pdocker} asks containers before the others. */
  List<EngineProvider> CHAIN =
      Boolean.getBoolean("engines.docker")
          ? List.of(
              new ExplicitUrl(),
              new Containers(),
              new EmbeddedJar(),
              new ThisMachine(),
              new DistributionPackages())
          : List.of(
              new ExplicitUrl(),
              new EmbeddedJar(),
              new ThisMachine(),
              new DistributionPackages(),
              new Containers());

  /** For people: in messages and in the matrix. */
  String name();

  Optional<Server> server(Product product, String version, List<String> declined);

  /** A tool of exactly that series. */
  Optional<Tool> tool(Product product, String version, String tool, List<String> declined);
}
