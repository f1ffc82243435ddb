package dev.pavise.policy.module;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where things lie in a WebAssembly module (core specification, section 5.5): its signature, if it begins with one, and what
 * the signature is about, which is all that follows.
 */
final class ModuleSections {
    private static final byte[] HEADER = {0, 'a', 's', 'm', 1, 0, 0, 0};
    private static final int CUSTOM = 0;

    // Of the core specification and its accepted proposals; what may come later is not signed in ignorance.
    private static final int LAST_SECTION = 13;

    private static final int MAX_PARTS = 64;

    private final byte @Nullable [] signature;
    private final int content;
    private final List<Integer> boundaries;

    private ModuleSections(byte @Nullable [] signature, int content, List<Integer> boundaries) {
        this.signature = signature;
        this.content = content;
        this.boundaries = List.copyOf(boundaries);
    }

    /** What the custom section {@code signature} holds; empty where there is none. */
    Optional<byte[]> signature() {
        return Optional.ofNullable(signature);
    }

    /** Where the signed part begins. */
    int content() {
        return content;
    }

    /** Where each part of it ends: behind each delimiter, and at the end. */
    List<Integer> boundaries() {
        return boundaries;
    }

    /** Reads a module, or says why it is none. */
    static ModuleSections read(byte[] module) throws ModuleBytes.Malformed {
        ModuleBytes bytes = new ModuleBytes(module, 0, module.length);
        for (byte expected : HEADER) {
            if (bytes.octet() != expected) {
                throw bytes.malformed("no header of a WebAssembly module");
            }
        }
        byte[] signature = null;
        int content = bytes.position();
        List<Integer> boundaries = new ArrayList<>();
        boolean first = true;
        while (bytes.hasMore()) {
            int id = bytes.octet();
            if (id > LAST_SECTION) {
                throw bytes.malformed("a section that is not known");
            }
            ModuleBytes section = bytes.part(bytes.number());
            String name = id == CUSTOM ? section.name() : "";
            if (name.equals("signature")) {
                if (!first) {
                    throw section.malformed("a signature that is not the first section");
                }
                signature = section.rest();
                content = bytes.position();
            } else if (name.equals("signature_delimiter")) {
                boundaries.add(bytes.position());
            }
            first = false;
        }
        if (boundaries.isEmpty() || boundaries.getLast() < module.length) {
            boundaries.add(module.length);
        }
        if (boundaries.size() > MAX_PARTS) {
            throw bytes.malformed("more than " + MAX_PARTS + " parts");
        }
        return new ModuleSections(signature, content, boundaries);
    }
}
