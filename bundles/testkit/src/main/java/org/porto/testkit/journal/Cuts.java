// SPDX-License-Identifier: Apache-2.0
package org.porto.testkit.journal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.porto.journal.api.Journal;
import org.porto.journal.api.Journals;

/** Power that fails before or after the n-th call to anything outside; from then on nothing answers until it is restored. */
public final class Cuts {

    /** The power is gone. */
    public static final class Cut extends Error {
        private static final long serialVersionUID = 1L;
    }

    private final List<Journal> opened = new ArrayList<>();
    private long left = Long.MAX_VALUE;
    private boolean dark;

    public void after(long points) {
        left = points;
        dark = false;
    }

    /** Power is back: what the dead process held open is closed. */
    public void restore() {
        left = Long.MAX_VALUE;
        dark = false;
        opened.forEach(Journal::close);
        opened.clear();
    }

    public void point() {
        if (dark || left-- <= 0) {
            dark = true;
            throw new Cut();
        }
    }

    public <T> T around(Class<T> type, T inner) {
        return type.cast(Proxy.newProxyInstance(Cuts.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            point();
            try {
                Object answer = method.invoke(inner, args);
                point();
                return answer;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    public Journals journals(Journals inner) {
        return (Path file) -> {
            Journal journal = inner.open(file);
            opened.add(journal);
            return around(Journal.class, journal);
        };
    }
}
