// SPDX-License-Identifier: Apache-2.0
package org.porto.selftest.internal;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of the self test. */
@ObjectClassDefinition(name = "Porto self test")
@interface SelfTestConfig {

    @AttributeDefinition(name = "Between two checks, seconds (1 to 3600)")
    int interval_seconds() default 10;
}
