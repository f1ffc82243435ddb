package dev.pavise.proxy.doctor;

import java.io.IOException;

/** Looks at one matter, and notes at least one thing about it. */
@FunctionalInterface
public interface Check {
    void look(Examined examined, Notes notes) throws IOException;
}
