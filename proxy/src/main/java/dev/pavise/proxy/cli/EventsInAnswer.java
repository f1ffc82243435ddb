package dev.pavise.proxy.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Takes the objects of {@code {"events": [...]}} out of an answer as the bytes that they came in, as a line that was parsed and written
 * again could be another one. The answer is known to be well-formed JSON.
 */
final class EventsInAnswer {
    private static final byte[] NAME = {'"', 'e', 'v', 'e', 'n', 't', 's', '"'};

    private EventsInAnswer() {}

    static List<byte[]> of(byte[] answer) {
        List<byte[]> objects = new ArrayList<>();
        int begin = -1;
        int depth = 0;
        for (int at = events(answer); at < answer.length; at++) {
            switch (answer[at]) {
                case '"' -> at = end(answer, at);
                case '{' -> {
                    if (depth++ == 0) {
                        begin = at;
                    }
                }
                case '}' -> {
                    if (--depth == 0) {
                        objects.add(Arrays.copyOfRange(answer, begin, at + 1));
                    }
                }
                case ']' -> {
                    if (depth == 0) {
                        return objects;
                    }
                }
                default -> {}
            }
        }
        throw new IllegalArgumentException("no list of events");
    }

    /** The place behind the bracket that opens the list; it is the first member of the answer. */
    private static int events(byte[] answer) {
        int at = 0;
        while (at < answer.length && answer[at] != '"') {
            at++;
        }
        if (!Arrays.equals(answer, at, Math.min(at + NAME.length, answer.length), NAME, 0, NAME.length)) {
            throw new IllegalArgumentException("the first member is not `events`");
        }
        while (at < answer.length && answer[at] != '[') {
            at++;
        }
        return at + 1;
    }

    /** The quote that ends the text which begins here. */
    private static int end(byte[] answer, int quote) {
        int at = quote + 1;
        while (at < answer.length && answer[at] != '"') {
            at += answer[at] == '\\' ? 2 : 1;
        }
        return at;
    }
}
