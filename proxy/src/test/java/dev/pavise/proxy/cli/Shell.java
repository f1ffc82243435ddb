package dev.pavise.proxy.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs commands in a folder, and keeps what they said. */
final class Shell {
    private final Path folder;
    private final InstantSource clock;
    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

    Shell(Path folder, InstantSource clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /** Each argument is a word or more of them; a blank within one is written as a plus sign. */
    int run(String line) {
        out = new StringWriter();
        err = new StringWriter();
        Surroundings here = new Surroundings(Map.<String, String>of()::get, folder, false, clock);
        List<String> words = List.of(line.split(" ")).stream()
                .map(word -> word.replace('+', ' '))
                .toList();
        return CommandTree.run(words, here, new PrintWriter(out, true), new PrintWriter(err, true));
    }

    /** Runs what has to succeed. */
    Shell done(String line) {
        int code = run(line);
        if (code != ExitCode.DONE) {
            throw new AssertionError(line + " ended with " + code + ": " + err + out);
        }
        return this;
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }

    JsonNode json() {
        return JsonMapper.shared().readTree(out.toString());
    }
}
