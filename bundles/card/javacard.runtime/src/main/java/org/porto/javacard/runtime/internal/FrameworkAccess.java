// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

import java.lang.reflect.Constructor;
import javacard.framework.APDU;

/** The one thing that the framework package does not show its applets: how to make an APDU. */
final class FrameworkAccess {

    private static final Constructor<APDU> CONSTRUCTOR = constructor();

    private FrameworkAccess() {}

    private static Constructor<APDU> constructor() {
        try {
            Constructor<APDU> constructor = APDU.class.getDeclaredConstructor(Dialogue.class);
            constructor.setAccessible(true);
            return constructor;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(e);
        }
    }

    static APDU apdu(Dialogue dialogue) {
        try {
            return CONSTRUCTOR.newInstance(dialogue);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
