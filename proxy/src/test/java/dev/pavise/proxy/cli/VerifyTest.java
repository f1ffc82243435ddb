package dev.pavise.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The {@code verify} script in a source tree of its own, with a Maven that leaves reports as surefire does. */
final class VerifyTest {
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final String REPORTS = "proxy/target/surefire-reports";

    @TempDir
    Path home;

    private String maven = report("policy", 10, 0, 0, 1) + report("proxy", 5, 0, 0, 0);
    private String shipped = "echo 'ok one'; echo 'ok two'\n";
    private String compared = "echo 'ok three'\n";
    private String imaged = "echo 'ok four'\n";

    @BeforeEach
    void layOut() throws IOException {
        for (String script : new String[] {"pavise", "verify"}) {
            Files.copy(REPOSITORY.resolve(script), home.resolve(script));
        }
        script("jdk/bin/java", "exit 0\n");
        script("jdk/bin/javac", "exit 0\n");
        Files.writeString(home.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");
    }

    @Test
    void addsUpWhatWasTested() throws Exception {
        Run run = verify();

        assertEquals(0, run.code, run.text);
        assertEquals("18 passed, 0 failed, 1 skipped", run.last());
    }

    @Test
    void failsWithATest() throws Exception {
        maven = report("policy", 10, 2, 1, 0) + "exit 1\n";
        Run run = verify();

        assertEquals(1, run.code, run.text);
        assertEquals("7 passed, 3 failed, 0 skipped", run.last());
    }

    @Test
    void namesWhatPassedOnlyWhenItWasRunOnceMore() throws Exception {
        maven = report("policy", cases(1, "<flakyFailure message=\"x\">") + cases(2, ""));
        Run run = verify();

        assertEquals(0, run.code, run.text);
        assertTrue(run.text.contains("flaky: a.B.c(String)[1]\n"), run.text);
        assertEquals("7 passed, 0 failed, 0 skipped", run.last());
    }

    @Test
    void failsWithTheShippedProgram() throws Exception {
        shipped = "echo 'ok one'; echo 'not ok two: because'; exit 1\n";
        Run run = verify();

        assertEquals(1, run.code, run.text);
        assertEquals("17 passed, 1 failed, 1 skipped", run.last());
    }

    @Test
    void failsWithTheComparison() throws Exception {
        compared = "echo 'not ok three: because'; exit 1\n";
        Run run = verify();

        assertEquals(1, run.code, run.text);
        assertEquals("17 passed, 1 failed, 1 skipped", run.last());
    }

    @Test
    void failsWithTheImage() throws Exception {
        imaged = "echo 'not ok four: because'; exit 1\n";
        Run run = verify();

        assertEquals(1, run.code, run.text);
        assertEquals("17 passed, 1 failed, 1 skipped", run.last());
    }

    @Test
    void failsWhenABufferLeaked() throws Exception {
        maven += "echo 'ERROR LEAK: ByteBuf.release() was not called' >" + REPORTS + "/x-output.txt\n";
        Run run = verify();

        assertEquals(1, run.code, run.text);
        assertTrue(run.text.contains("not released"), run.text);
    }

    @Test
    void failsWhenTheBuildDoes() throws Exception {
        maven = "exit 1\n";
        Run run = verify();

        assertEquals(1, run.code, run.text);
        assertEquals("0 passed, 0 failed, 0 skipped", run.last());
    }

    @Test
    void countsNoReportsOfEarlierRuns() throws Exception {
        Path old = home.resolve(REPORTS + "/TEST-old.xml");
        Files.createDirectories(old.getParent());
        Files.writeString(old, "<testsuite tests=\"100\" errors=\"0\" skipped=\"0\" failures=\"0\">\n");

        assertEquals("18 passed, 0 failed, 1 skipped", verify().last());
    }

    /** A line of shell that leaves one report, in the form that surefire gives it. */
    private static String report(String module, int tests, int errors, int failures, int skipped) {
        return report(
                module,
                cases(errors, "<error type=\"a.E\"><![CDATA[x]]></error>")
                        + cases(failures, "<failure message=\"x\"/>")
                        + cases(skipped, "<skipped/>")
                        + cases(tests - errors - failures - skipped, ""));
    }

    private static String report(String module, String cases) {
        String folder = module + "/target/surefire-reports";
        return "mkdir -p " + folder + " && cat >" + folder + "/TEST-a.B.xml <<'XML'\n"
                + "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite xmlns:xsi=\"x\" version=\"3.0.2\" name=\"a.B\" time=\"0.5\" tests=\"9\">\n"
                + cases + "</testsuite>\nXML\n";
    }

    private static String cases(int count, String inside) {
        return ("  <testcase name=\"c(String)[1]\" classname=\"a.B\" time=\"0.1\">\n"
                        + (inside.isEmpty() ? "" : "    " + inside + "\n") + "  </testcase>\n")
                .repeat(count);
    }

    private Run verify() throws Exception {
        script("bin/mvn", maven);
        script("proxy/src/test/bash/shipped", shipped);
        script("bench/src/test/bash/compared", compared);
        script("deploy/src/test/bash/imaged", imaged);
        ProcessBuilder builder = new ProcessBuilder(home.resolve("verify").toString())
                .directory(home.toFile())
                .redirectErrorStream(true);
        builder.environment().put("PATH", home.resolve("bin") + ":" + System.getenv("PATH"));
        builder.environment().put("PAVISE_JAVA_HOME", home.resolve("jdk").toString());
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return new Run(process.exitValue(), text);
    }

    private void script(String name, String body) throws IOException {
        Path file = home.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/usr/bin/env bash\n" + body);
        assertTrue(file.toFile().setExecutable(true));
    }

    private record Run(int code, String text) {
        private String last() {
            return text.strip().lines().reduce("", (earlier, line) -> line);
        }
    }
}
