package dev.gatehouse.core.testkit.engine;

import java.nio.file.Path;

/**
 * A client program that fits a server.
 *
 * @param path one file to run, whatever it takes behind it
 * @param version as it says itself, such as 15.18
 * @param sameSeries false for a newer one that the vendor allows against this server
 * @param servedBy who provided it
 */
public record Tool(Path path, String version, boolean sameSeries, String servedBy) {}
