// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import javacard.framework.APDU;
import javacard.framework.Applet;

/**
 * The persistent contents of an object graph as flat bytes. The shape of the graph is fixed at installation, as an applet
 * that allocates afterwards is refused on real cards anyway; fields are taken by name, so that a recompiled applet keeps its shape.
 */
final class ObjectImage {

    /** A run of bytes of the image; it knows where it lies in there. */
    private interface Cell {
        void save(ByteBuffer image);

        void load(ByteBuffer image);
    }

    private record Bytes(byte[] array, int at) implements Cell {
        @Override
        public void save(ByteBuffer image) {
            System.arraycopy(array, 0, image.array(), at, array.length);
        }

        @Override
        public void load(ByteBuffer image) {
            System.arraycopy(image.array(), at, array, 0, array.length);
        }
    }

    private record Shorts(short[] array, int at) implements Cell {
        @Override
        public void save(ByteBuffer image) {
            for (int i = 0; i < array.length; i++) {
                image.putShort(at + 2 * i, array[i]);
            }
        }

        @Override
        public void load(ByteBuffer image) {
            for (int i = 0; i < array.length; i++) {
                array[i] = image.getShort(at + 2 * i);
            }
        }
    }

    private record Booleans(boolean[] array, int at) implements Cell {
        @Override
        public void save(ByteBuffer image) {
            for (int i = 0; i < array.length; i++) {
                image.put(at + i, (byte) (array[i] ? 1 : 0));
            }
        }

        @Override
        public void load(ByteBuffer image) {
            for (int i = 0; i < array.length; i++) {
                array[i] = image.get(at + i) != 0;
            }
        }
    }

    private record Primitive(Object owner, Field field, int at) implements Cell {
        @Override
        public void save(ByteBuffer image) {
            try {
                if (field.getType() == byte.class) {
                    image.put(at, field.getByte(owner));
                } else if (field.getType() == short.class) {
                    image.putShort(at, field.getShort(owner));
                } else {
                    image.put(at, (byte) (field.getBoolean(owner) ? 1 : 0));
                }
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void load(ByteBuffer image) {
            try {
                if (field.getType() == byte.class) {
                    field.setByte(owner, image.get(at));
                } else if (field.getType() == short.class) {
                    field.setShort(owner, image.getShort(at));
                } else {
                    field.setBoolean(owner, image.get(at) != 0);
                }
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private final Predicate<Object> transience;
    private final List<Cell> cells = new ArrayList<>();
    private final Map<Object, Integer> offsets = new IdentityHashMap<>();
    /** Byte arrays of the graph by their length: asked for at each write of an applet, and most arrays have a length that none of these has. */
    private byte[][][] arrays = {};
    private final StringBuilder shape = new StringBuilder();
    private int size;

    /** @param transience tells which arrays are not persistent */
    ObjectImage(Object root, Predicate<Object> transience) {
        this.transience = transience;
        walk(root);
    }

    private void walk(Object node) {
        if (node == null) {
            shape.append("null;");
            return;
        }
        if (transience.test(node)) {
            shape.append("transient;");
            return;
        }
        if (offsets.containsKey(node)) {
            shape.append("seen;");
            return;
        }
        offsets.put(node, size);
        Class<?> type = node.getClass();
        if (node instanceof byte[] array) {
            cell(new Bytes(array, size), array.length, "byte", array.length);
            keep(array);
        } else if (node instanceof short[] array) {
            cell(new Shorts(array, size), 2 * array.length, "short", array.length);
        } else if (node instanceof boolean[] array) {
            cell(new Booleans(array, size), array.length, "boolean", array.length);
        } else if (node instanceof Object[] array) {
            shape.append("Object").append(array.length).append(';');
            for (Object element : array) {
                walk(element);
            }
        } else if (node instanceof Engine || node instanceof APDU || node instanceof Throwable) {
            shape.append("engine;");
        } else if (type.isArray() || type.getName().startsWith("java.") || type.isSynthetic()) {
            throw new IllegalArgumentException("not storable on a card: " + type.getName());
        } else {
            fields(node, type);
        }
    }

    private void cell(Cell cell, int bytes, String kind, int length) {
        cells.add(cell);
        size = Math.addExact(size, bytes);
        shape.append(kind).append(length).append(';');
    }

    private void fields(Object node, Class<?> type) {
        if (type == Object.class || type == Applet.class) {
            return;
        }
        fields(node, type.getSuperclass());
        shape.append(type.getName()).append('{');
        Field[] fields = type.getDeclaredFields();
        Arrays.sort(fields, Comparator.comparing(Field::getName));
        for (Field field : fields) {
            if (Modifier.isStatic(field.getModifiers()) || field.isSynthetic() || field.getName().startsWith("$")) {
                continue;
            }
            try {
                field.setAccessible(true);
                field(node, field);
            } catch (IllegalAccessException | InaccessibleObjectException e) {
                throw new IllegalStateException(e);
            }
        }
        shape.append("};");
    }

    private void field(Object node, Field field) throws IllegalAccessException {
        Class<?> type = field.getType();
        shape.append(field.getName()).append('=');
        if (!type.isPrimitive()) {
            walk(field.get(node));
        } else if (type != byte.class && type != short.class && type != boolean.class) {
            throw new IllegalArgumentException("not storable on a card: " + field);
        } else if (Modifier.isFinal(field.getModifiers())) {
            shape.append(field.get(node)).append(';');
        } else {
            cell(new Primitive(node, field, size), type == short.class ? 2 : 1, type.getName(), 1);
        }
    }

    private void keep(byte[] array) {
        if (array.length >= arrays.length) {
            arrays = Arrays.copyOf(arrays, array.length + 1);
        }
        byte[][] others = arrays[array.length] == null ? new byte[0][] : arrays[array.length];
        arrays[array.length] = Arrays.copyOf(others, others.length + 1);
        arrays[array.length][others.length] = array;
    }

    boolean contains(byte[] array) {
        byte[][] candidates = array.length < arrays.length ? arrays[array.length] : null;
        if (candidates != null) {
            for (byte[] candidate : candidates) {
                if (candidate == array) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Where a byte array of the graph begins in the image. */
    int offset(Object array) {
        return offsets.get(array);
    }

    byte[] save() {
        ByteBuffer image = ByteBuffer.allocate(size);
        for (Cell cell : cells) {
            cell.save(image);
        }
        return image.array();
    }

    void load(byte[] image) {
        if (image.length != size) {
            throw new IllegalArgumentException("image of " + image.length + " bytes for a memory of " + size);
        }
        ByteBuffer source = ByteBuffer.wrap(image);
        for (Cell cell : cells) {
            cell.load(source);
        }
    }

    boolean sameObjects(ObjectImage other) {
        return shape.toString().equals(other.shape.toString())
                && offsets.keySet().stream().allMatch(other.offsets::containsKey);
    }

    /** SHA-256 over the shape. */
    byte[] shape() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(shape.toString().getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
