package dev.pavise.runner.wasm.module;

/**
 * Walks the outer structure of a module before the library parses it, and holds every count it claims against the bytes that are there and against
 * {@link Bounds}: a parser that believes a claim allocates what was claimed. It reads no instruction but those of constant expressions.
 */
final class Survey {
    private static final int MOST_TYPES_OF_A_FUNCTION = 1_000;

    private final Bounds bounds;
    private int codeBytes;

    private Survey(Bounds bounds) {
        this.bounds = bounds;
    }

    /** Throws {@link Unfit}, or returns how many bytes of code there are. */
    static int of(byte[] module, Bounds bounds) {
        if (module.length > bounds.moduleBytes()) {
            throw new Unfit("the module has " + module.length + " bytes; " + bounds.moduleBytes() + " are allowed");
        }
        Survey survey = new Survey(bounds);
        survey.walk(new Cursor(module, 0, module.length));
        return survey.codeBytes;
    }

    private void walk(Cursor module) {
        requireHeader(module);
        while (module.remaining() > 0) {
            int id = module.octet();
            Cursor section = module.part(module.number());
            look(id, section);
        }
    }

    private static void requireHeader(Cursor module) {
        if (module.remaining() < 8) throw new Unfit("not a WebAssembly module");
        for (char expected : "\0asm".toCharArray()) {
            if (module.octet() != expected) throw new Unfit("not a WebAssembly module");
        }
        int version = module.octet();
        int rest = module.octet() | module.octet() << 8 | module.octet() << 16;
        if (version == 0x0d) throw new Unfit("a WebAssembly component; only core modules of WASI preview 1 run here");
        if (version != 1 || rest != 0) throw new Unfit("a WebAssembly module of a version that is not known");
    }

    private void look(int id, Cursor section) {
        switch (id) {
            case 0 -> section.skipName();
            case 1 -> types(section);
            case 2 -> imports(section);
            case 3 -> functions(section);
            case 4, 5, 6 -> section.count();
            case 7 -> exports(section);
            case 8, 12 -> section.number();
            case 9 -> elements(section);
            case 10 -> code(section);
            case 11 -> data(section);
            default -> throw new Unfit("the module has a section of a kind that is not allowed here: " + id);
        }
    }

    private static void types(Cursor section) {
        for (int left = section.count(); left > 0; left--) {
            if (section.octet() != 0x60) throw new Unfit("the module uses types of the garbage collection proposal");
            typesOf(section);
            typesOf(section);
        }
    }

    private static void typesOf(Cursor section) {
        int count = section.count();
        if (count > MOST_TYPES_OF_A_FUNCTION) throw new Unfit("a function has " + count + " parameters or results");
        for (int i = 0; i < count; i++) section.skipNumber();
    }

    private static void imports(Cursor section) {
        for (int left = section.count(); left > 0; left--) {
            section.skipName();
            section.skipName();
            if (section.octet() != 0) throw new Unfit("the module imports something that is not a function");
            section.number();
        }
    }

    private void functions(Cursor section) {
        int count = section.count();
        if (count > bounds.functions())
            throw new Unfit("the module has " + count + " functions; " + bounds.functions() + " are allowed");
    }

    private static void exports(Cursor section) {
        for (int left = section.count(); left > 0; left--) {
            section.skipName();
            section.octet();
            section.number();
        }
    }

    private void code(Cursor section) {
        codeBytes = section.remaining();
        if (codeBytes > bounds.codeBytes()) {
            throw new Unfit("the module has " + codeBytes + " bytes of code; " + bounds.codeBytes() + " are allowed");
        }
        for (int left = section.count(); left > 0; left--) locals(section.part(section.number()));
    }

    private void locals(Cursor body) {
        long locals = 0;
        for (int groups = body.count(); groups > 0; groups--) {
            locals += body.number();
            body.skipNumber();
        }
        if (locals > bounds.locals())
            throw new Unfit("a function has " + locals + " locals; " + bounds.locals() + " are allowed");
    }

    private static void data(Cursor section) {
        for (int left = section.count(); left > 0; left--) {
            long flags = section.number();
            if (flags == 2) section.number();
            if (flags != 1) constant(section);
            section.skip(section.number());
        }
    }

    /** The eight forms of an element segment (section 5.5.12). */
    private static void elements(Cursor section) {
        for (int left = section.count(); left > 0; left--) {
            long flags = section.number();
            if (flags > 7) throw new Unfit("the module has a table segment of a kind that is not known");
            boolean active = (flags & 1) == 0;
            if (active && (flags & 2) != 0) section.number();
            if (active) constant(section);
            if ((flags & 3) != 0) section.skipNumber();
            for (int items = section.count(); items > 0; items--) {
                if ((flags & 4) == 0) {
                    section.number();
                } else {
                    constant(section);
                }
            }
        }
    }

    private static void constant(Cursor section) {
        while (true) {
            switch (section.octet()) {
                case 0x0b -> {
                    return;
                }
                case 0x23, 0x41, 0x42, 0xd0, 0xd2 -> section.skipNumber();
                case 0x43 -> section.skip(4);
                case 0x44 -> section.skip(8);
                default ->
                    throw new Unfit("the module computes an offset with an instruction that is not allowed there");
            }
        }
    }
}
