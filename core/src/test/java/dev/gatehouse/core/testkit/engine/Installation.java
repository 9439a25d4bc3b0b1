package dev.gatehouse.core.testkit.engine;

import java.nio.file.Path;
import java.util.Map;

/**
 * Programs of one server, ready to be run.
 *
 * @param product what it is
 * @param version as the server says itself
 * @param bin where the programs, or their wrappers, stand
 * @param share where error messages and system tables stand
 * @param base what MySQL calls basedir
 * @param environment what the programs need around them
 * @param servedBy for people
 */
record Installation(
    Product product,
    String version,
    Path bin,
    Path share,
    Path base,
    Map<String, String> environment,
    String servedBy) {

  String program(String name) {
    return bin.resolve(name).toString();
  }

  /** The name of a directory for things made with exactly these programs. */
  String label() {
    return product.key() + "-" + version + "-" + Integer.toHexString(bin.toString().hashCode());
  }
}
