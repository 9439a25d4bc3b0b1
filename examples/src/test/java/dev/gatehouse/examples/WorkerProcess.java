package dev.gatehouse.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The worker that a directory's pid file names. */
final class WorkerProcess {
  private WorkerProcess() {}

  /**
   * Stops it, as its own script does.
   *
   * @return whether it ran
   */
  static boolean stop(Path work) throws Exception {
    boolean ran = find(work).isPresent();
    new SqliteRestore(work, CrashScenario.ROWS).control("stop");
    return ran;
  }

  /** Ends it however it is; nothing of a drill may outlive it. */
  static void end(Path work) throws IOException {
    if (Files.isDirectory(work)) {
      // For one that is only about to begin.
      Files.writeString(work.resolve("worker.stop"), "stop");
      find(work).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  private static Optional<ProcessHandle> find(Path work) throws IOException {
    Path pid = work.resolve("worker.pid");
    String text = Files.exists(pid) ? Files.readString(pid).strip() : "";
    return text.isEmpty()
        ? Optional.empty()
        : ProcessHandle.of(Long.parseLong(text))
            .filter(
                process -> process.info().commandLine().orElse("").contains(Worker.class.getName()))
            .filter(ProcessHandle::isAlive);
  }
}
