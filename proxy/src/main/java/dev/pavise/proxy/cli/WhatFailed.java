package dev.pavise.proxy.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says what an input or output failure means, as the JDK's own messages are often a bare file name. */
final class WhatFailed {
    private WhatFailed() {}

    static String text(IOException failure) {
        return switch (failure) {
            case NoSuchFileException gone -> "there is no `" + gone.getFile() + "`";
            case AccessDeniedException denied -> "no permission for `" + denied.getFile() + "`";
            case FileSystemException other
            when other.getReason() != null -> "`" + other.getFile() + "`: " + other.getReason();
            default -> String.valueOf(failure.getMessage());
        };
    }
}
