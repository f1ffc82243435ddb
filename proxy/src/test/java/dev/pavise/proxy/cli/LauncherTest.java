package dev.pavise.proxy.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The launcher script in a source tree of its own, with a Maven and JDKs that only tell how they were called. */
final class LauncherTest {
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    private Path home;
    private Path jdk;
    private Path programs;

    @BeforeEach
    void layOut() throws IOException {
        home = Files.createDirectories(folder.resolve("source tree"));
        for (String source : List.of(
                "logging/src/main/A.java",
                "policy/src/main/A.java",
                "auditlog/src/main/A.java",
                "proxy/src/main/A.java",
                "sandbox-runner/src/main/A.java",
                "k8s/src/main/A.java",
                "deploy/runner/as-user",
                "deploy/crds/a.yaml",
                "pom.xml")) {
            Path file = home.resolve(source);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "source");
        }
        Files.copy(REPOSITORY.resolve("pavise"), home.resolve("pavise"));
        jdk = fakeJdk("jdk-25", "25.0.1");
        programs = Files.createDirectory(folder.resolve("bin"));
        script(
                programs.resolve("mvn"),
                "echo \"$JAVA_HOME $*\" >>" + quoted(folder.resolve("mvn.log")) + "\n"
                        + "mkdir -p proxy/target/lib && echo jar >proxy/target/lib/b.jar && echo jar >proxy/target/pavise-proxy-1.jar\n"
                        + "mkdir -p sandbox-runner/target/lib && echo jar >sandbox-runner/target/lib/b.jar"
                        + " && echo jar >sandbox-runner/target/lib/wasm.jar && echo jar >sandbox-runner/target/pavise-sandbox-runner-1.jar\n"
                        + "mkdir -p k8s/target/lib && echo jar >k8s/target/lib/b.jar && echo jar >k8s/target/lib/pavise-proxy-1.jar"
                        + " && echo jar >k8s/target/lib/fabric.jar && echo jar >k8s/target/pavise-k8s-1.jar\n");
        script(programs.resolve("java"), "echo 'wrong java' >&2; exit 9\n");
    }

    @Test
    void passesArgumentsAsTheyAre() throws Exception {
        Run run = run(home, "audit", "query", "--user", "a b\"c", "");

        assertEquals(0, run.code, run.text);
        assertTrue(run.text.endsWith("[dev.pavise.proxy.cli.Main][audit][query][--user][a b\"c][]\n"), run.text);
    }

    @Test
    void buildsOnceAndAgainWhenASourceIsNewer() throws Exception {
        run(home, "one");
        run(home, "two");
        assertEquals(1, builds());

        Files.setLastModifiedTime(
                home.resolve("auditlog/src/main/A.java"),
                FileTime.from(Instant.now().plusSeconds(60)));
        run(home, "three");
        assertEquals(2, builds());
    }

    @Test
    void buildsAgainWhenASourceIsGone() throws Exception {
        run(home, "one");
        Files.delete(home.resolve("proxy/src/main/A.java"));
        Files.setLastModifiedTime(
                home.resolve("proxy/src/main"), FileTime.from(Instant.now().plusSeconds(60)));
        run(home, "two");

        assertEquals(2, builds());
    }

    @Test
    void buildsOnceForManyStartsAtATime() throws Exception {
        List<Process> starts = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            starts.add(start(home.resolve("pavise"), home, "start"));
        }
        for (Process start : starts) {
            assertTrue(start.waitFor(60, TimeUnit.SECONDS));
            assertEquals(0, start.exitValue());
        }
        assertEquals(1, builds());
    }

    @Test
    void worksByLinkFromAnotherFolder() throws Exception {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Path link = Files.createSymbolicLink(elsewhere.resolve("linked"), Path.of("../source tree/pavise"));

        assertEquals(0, finish(start(link, elsewhere, "start")).code);
        assertEquals(1, builds());
    }

    @Test
    void buildsAndRunsOnTheJdkThatItFound() throws Exception {
        run(home, "start");

        assertTrue(Files.readString(folder.resolve("mvn.log")).startsWith(jdk.toString()));
    }

    @Test
    void refusesAnUnfitJdkThatWasNamed() throws Exception {
        jdk = fakeJdk("jdk-17", "17.0.15");
        Run run = run(home, "start");

        assertEquals(2, run.code);
        assertEquals("pavise: PAVISE_JAVA_HOME is " + jdk + ", which is not a JDK 25\n", run.text);
        assertFalse(Files.exists(folder.resolve("mvn.log")));
    }

    @Test
    void tellsOfABuildThatFailed() throws Exception {
        script(programs.resolve("mvn"), "echo 'no such artifact'; exit 1\n");
        Run run = run(home, "start");

        assertEquals(1, run.code);
        assertTrue(run.text.contains("no such artifact"), run.text);
        assertFalse(Files.exists(home.resolve("proxy/target/app")));
    }

    @Test
    void startsWithoutACacheWhenTrainingFails() throws Exception {
        script(
                jdk.resolve("bin/java"),
                "for it in \"$@\"; do case $it in -XX:AOTCacheOutput*) exit 1;; esac; done\necho started\n");
        Run run = run(home, "start");

        assertEquals(0, run.code);
        assertTrue(run.text.contains("no ahead-of-time cache was made"), run.text);
        assertTrue(run.text.endsWith("started\n"), run.text);
    }

    @Test
    void putsTheCacheAndTheOptionsOfTheUserLast() throws Exception {
        Run run = run(home, "start");

        assertTrue(run.text.contains("/commands.aot]"), run.text);
        assertTrue(run.text.contains("[-Xmx512m][-Dx=y][dev.pavise"), run.text);
    }

    @Test
    void givesTheGatewayACacheOfItsOwn() throws Exception {
        assertTrue(run(home, "gateway").text.contains("/gateway.aot]"));
        assertTrue(run(home, "serve", "--port", "0").text.contains("/gateway.aot]"));
        assertFalse(run(home, "audit", "gateway").text.contains("/gateway.aot]"));
    }

    @Test
    void givesTheRunnerAClassPathAndOptionsOfItsOwn() throws Exception {
        Run run = run(home, "runner", "--config", "a b.yaml");
        List<String> arguments = Files.readAllLines(home.resolve("proxy/target/app/runner/arguments"));
        String app = home.resolve("proxy/target/app").toRealPath().toString();

        assertTrue(run.text.endsWith("[-Dr=1][dev.pavise.runner.RunnerMain][--config][a b.yaml]\n"), run.text);
        assertFalse(run.text.contains("-Dx=y"), run.text);
        assertTrue(
                arguments.contains("-cp \"%1$s/b.jar:%1$s/runner/pavise-sandbox-runner-1.jar:%1$s/runner/wasm.jar\""
                        .formatted(app)),
                arguments.toString());
    }

    @Test
    void buildsAgainWhenTheRunnerIsNewer() throws Exception {
        run(home, "one");
        Files.setLastModifiedTime(
                home.resolve("sandbox-runner/src/main/A.java"),
                FileTime.from(Instant.now().plusSeconds(60)));
        run(home, "two");

        assertEquals(2, builds());
    }

    @ParameterizedTest
    @ValueSource(strings = {"manager --config a.yaml", "injector --help", "manager", "k8s inject -f a.yaml"})
    void startsManagerAndInjectorWithAClassPathOfTheirOwn(String line) throws Exception {
        Run run = run(home, line.split(" ", -1));
        String words = "[" + line.replace(" ", "][") + "]";
        assertTrue(run.text.endsWith("[-Xmx512m][-Dx=y][dev.pavise.k8s.cli.K8sMain]" + words + "\n"), run.text);
        assertFalse(run.text.contains(".aot"), run.text);
        List<String> arguments = Files.readAllLines(home.resolve("proxy/target/app/k8s/arguments"));
        String app = home.resolve("proxy/target/app").toRealPath().toString();
        assertTrue(
                arguments.contains(
                        "-cp \"%1$s/b.jar:%1$s/k8s/fabric.jar:%1$s/k8s/pavise-k8s-1.jar:%1$s/pavise-proxy-1.jar\""
                                .formatted(app)),
                arguments.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"k8s status", "k8s", "k8s scale --replicas 3", "audit manager"})
    void leavesTheOtherCommandsToTheGateway(String line) throws Exception {
        assertTrue(run(home, line.split(" ", -1)).text.contains("[dev.pavise.proxy.cli.Main]"));
    }

    @Test
    void passesTheFlagsThatTestsRunWith() throws Exception {
        String pom = Files.readString(REPOSITORY.resolve("pom.xml"));
        String flags = pom.substring(pom.indexOf("<jvm.flags>") + 11, pom.indexOf("</jvm.flags>"));
        run(home, "start");
        List<String> arguments = Files.readAllLines(home.resolve("proxy/target/app/arguments"));

        for (String flag : flags.strip().split("\\s+", -1)) {
            assertTrue(arguments.contains(flag), flag);
        }
    }

    private Path fakeJdk(String name, String version) throws IOException {
        Path fake = folder.resolve(name);
        Files.createDirectories(fake.resolve("bin"));
        Files.writeString(fake.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + "\"\n");
        script(fake.resolve("bin/javac"), "exit 0\n");
        script(fake.resolve("bin/jar"), "exit 0\n");
        script(fake.resolve("bin/java"), """
                for it in "$@"; do
                  case $it in
                    -XX:AOTCacheOutput=*) touch "${it#*=}"; exit 0 ;;
                    /*/gateway.aot) touch "$it"; exit 0 ;;
                  esac
                done
                printf '[%s]' "$@"
                echo
                """);
        return fake;
    }

    private static void script(Path file, String body) throws IOException {
        Files.writeString(file, "#!/usr/bin/env bash\n" + body);
        assertTrue(file.toFile().setExecutable(true));
    }

    private static String quoted(Path path) {
        return "'" + path + "'";
    }

    private long builds() throws IOException {
        return Files.readAllLines(folder.resolve("mvn.log")).size();
    }

    private Run run(Path where, String... arguments) throws Exception {
        return finish(start(home.resolve("pavise"), where, arguments));
    }

    private Process start(Path launcher, Path where, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(where.toFile()).redirectErrorStream(true);
        builder.environment().put("PATH", programs + ":" + System.getenv("PATH"));
        builder.environment().put("JAVA_HOME", folder.resolve("nowhere").toString());
        builder.environment().put("PAVISE_JAVA_HOME", jdk.toString());
        builder.environment().put("PAVISE_JAVA_OPTS", "-Xmx512m -Dx=y");
        builder.environment().put("PAVISE_RUNNER_JAVA_OPTS", "-Dr=1");
        return builder.start();
    }

    private static Run finish(Process process) throws Exception {
        String text = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        return new Run(process.exitValue(), text);
    }

    private record Run(int code, String text) {}
}
