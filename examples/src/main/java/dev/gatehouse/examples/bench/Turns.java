package dev.gatehouse.examples.bench;

import dev.gatehouse.examples.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;

/** Two sides that are measured one after the other, in whose turn it is. */
record Turns(Path work, boolean peerFirst) {

  /** One of them. */
  @FunctionalInterface
  interface Side {
    double seconds() throws Exception;
  }

  /** What is done in a directory. */
  @FunctionalInterface
  interface In<T> {
    T go(Path directory) throws Exception;
  }

  Table.Pair inTurn(Side ours, Side peer) throws Exception {
    double first = peerFirst ? peer.seconds() : ours.seconds();
    double second = peerFirst ? ours.seconds() : peer.seconds();
    return peerFirst ? new Table.Pair(second, first) : new Table.Pair(first, second);
  }

  /** What was written is deleted at once: its write-back must not slow down what comes next. */
  <T> T alone(String name, In<T> doing) throws Exception {
    Path directory = Files.createDirectory(work.resolve(name));
    try {
      return doing.go(directory);
    } finally {
      Workspace.remove(directory);
    }
  }
}
