package dev.gatehouse.sqlite;

import dev.gatehouse.core.dialect.Progress;
import java.util.ArrayList;
import java.util.List;

/** Notes the named points it is led past, and fails at one of them. */
final class FaultAt implements Progress {
  /** Thrown at the point; of no kind that the code under test could expect. */
  static final class Fault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Fault(String point) {
      super("fault at " + point);
    }
  }

  private final String point;
  private final List<String> points = new ArrayList<>();

  FaultAt(String point) {
    this.point = point;
  }

  static FaultAt nowhere() {
    return new FaultAt("nowhere");
  }

  List<String> points() {
    return points;
  }

  @Override
  public void moved(long bytes, long total) {}

  @Override
  public void reached(String reached) {
    points.add(reached);
    if (reached.equals(point)) {
      throw new Fault(point);
    }
  }

  @Override
  public void continuing() {}

  @Override
  public void interruptibleBy(Runnable interrupt) {}
}
