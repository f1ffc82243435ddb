package dev.pavise.runner.sandbox;

import java.util.Optional;

/** The processors whose system calls we know by number. */
public enum Architecture {
    X86_64("amd64", 0xC000003E, 62),
    AARCH64("aarch64", 0xC00000B7, 183);

    private final String javaName;
    private final int audit;
    private final int elfMachine;

    Architecture(String javaName, int audit, int elfMachine) {
        this.javaName = javaName;
        this.audit = audit;
        this.elfMachine = elfMachine;
    }

    /** The one of this name, as the system property {@code os.arch} spells it. */
    static Optional<Architecture> named(String osArch) {
        for (Architecture one : values()) {
            if (one.javaName.equals(osArch)) {
                return Optional.of(one);
            }
        }
        return Optional.empty();
    }

    /** {@code AUDIT_ARCH_*}, by which the kernel tells a filter how a call was made. */
    int audit() {
        return audit;
    }

    /** {@code e_machine} of a program for it. */
    int elfMachine() {
        return elfMachine;
    }
}
