package dev.pavise.proxy.beside;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Puts what a runner writes on standard error into the gateway's log, each line marked as the runner's, at its own level. */
final class RunnerLog {
    private static final Logger log = LoggerFactory.getLogger("dev.pavise.runner");
    private static final int LONGEST = 4096;

    private RunnerLog() {}

    /** Reads to the end of the stream. */
    static void follow(InputStream errors) {
        eachLine(errors, RunnerLog::tell);
    }

    /** Lines of bounded length; what is longer is cut off, and read on all the same so that the writer is not held up. */
    static void eachLine(InputStream from, Consumer<String> to) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
            StringBuilder line = new StringBuilder();
            for (int letter = reader.read(); letter >= 0; letter = reader.read()) {
                if (letter == '\n') {
                    to.accept(line.toString());
                    line.setLength(0);
                } else if (line.length() < LONGEST) {
                    line.append((char) letter);
                }
            }
            if (!line.isEmpty()) {
                to.accept(line.toString());
            }
        } catch (IOException gone) {
            log.debug("the runner's output broke off");
        }
    }

    // The text is the template, as repetitions are told by that.
    private static void tell(String line) {
        if (line.isBlank()) {
            return;
        }
        try {
            JsonNode event = JsonMapper.shared().readTree(line);
            if (event.path("message").isString()) {
                String error = event.path("error").isString()
                        ? ": " + event.path("error").asString()
                        : "";
                log.atLevel(level(event.path("level").asString("warn")))
                        .log("runner: " + event.path("message").asString() + error);
                return;
            }
        } catch (JacksonException plain) {
            log.debug("a line of the runner is no JSON");
        }
        log.warn("runner: " + line);
    }

    private static Level level(String name) {
        return switch (name) {
            case "trace" -> Level.TRACE;
            case "debug" -> Level.DEBUG;
            case "info" -> Level.INFO;
            case "error" -> Level.ERROR;
            default -> Level.WARN;
        };
    }
}
