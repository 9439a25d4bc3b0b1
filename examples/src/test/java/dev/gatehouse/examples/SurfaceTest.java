package dev.gatehouse.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What users may build on: the doors, and the public types that their signatures lead to. A type
 * that comes or goes changes {@code src/test/resources/surface.txt}, so that it is seen.
 */
@AnalyzeClasses(
    packages = "dev.gatehouse",
    importOptions = dev.gatehouse.examples.ArchitectureTest.NoTests.class)
class SurfaceTest {
  private static final Path LISTED = Workspace.examples().resolve("src/test/resources/surface.txt");

  @ArchTest
  static void it_is_as_listed(JavaClasses all) throws IOException {
    List<String> doors = new ArrayList<>(Doors.OF_CORE);
    Doors.OF_MODULES.values().forEach(doors::addAll);
    List<String> surface =
        Doors.reached(all, "dev.gatehouse", doors).stream()
            .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
            .map(JavaClass::getName)
            .sorted()
            .toList();
    Path found = Workspace.examples().resolve("target/surface.txt");
    Files.createDirectories(found.getParent());
    Files.write(found, surface);
    assertThat(surface)
        .as("what users may build on; where the change is meant: cp %s %s", found, LISTED)
        .isEqualTo(Files.readAllLines(LISTED));
  }
}
