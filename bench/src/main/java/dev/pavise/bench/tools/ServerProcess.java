package dev.pavise.bench.tools;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server of ours in a process of its own, with the options of the launcher that matter for speed. */
record ServerProcess(Process process, String url) implements AutoCloseable {
    private static final Pattern READY = Pattern.compile("^ready (https://\\S+) .*");
    private static final double MILLIS_PER_TICK = 10;

    /** Starts it and waits until it says that it is ready. What it says else goes to files in this folder. */
    @SuppressWarnings("MustBeClosed") // the reader ends with the process
    static ServerProcess start(String main, List<String> arguments, Path folder) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
                "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
                "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
                "-Dchronicle.announcer.disable=true",
                "-Dchronicle.analytics.disable=true",
                "-Dio.netty.leakDetection.level=disabled",
                "-XX:+UseSerialGC",
                "-XX:+UseCompactObjectHeaders",
                "-Xmx128m",
                "-Xmn16m"));
        String more = System.getProperty("pavise.bench.options", "");
        if (!more.isBlank()) {
            command.addAll(List.of(more.strip().split(" ", -1)));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(arguments);
        Path errors = folder.resolve(main + ".log");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        BufferedReader told = process.inputReader();
        for (String line = told.readLine(); line != null; line = told.readLine()) {
            Matcher ready = READY.matcher(line);
            if (ready.matches()) {
                return new ServerProcess(process, ready.group(1).replaceAll("[,/]$", ""));
            }
        }
        process.destroy();
        throw new IOException(main + " did not start: " + Files.readString(errors));
    }

    /** CPU time of the process so far. */
    double cpuMillis() throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * MILLIS_PER_TICK;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
