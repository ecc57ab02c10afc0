/* fitside - what a photo from the side shows, and where its camera stands by that.
 *
 * A profile's outline has much the same shape from 20 degrees to either side, but the ear stands aside of it
 * and moves along it as the camera turns. Private to the fit.
 */
#pragma once
#include "../engine/progress.h"
#include "fitsolve.h"

/* Adds what the photo shows of profile, closed lids and ear to what was found in the view. False: memory. */
bool fitside_find(FitState *state, int photo, Arena *scratch, Err *err);

/* Stands a side photo's camera where the head's ear explains the photo's best, tried from where it stands and
 * from all directions that the slot's name allows; it stays where no ear is recognised from anywhere. The
 * shape is held. Some 3 s on two cores. False: stopped, or memory. */
bool fitside_stand(FitState *state, int photo, const FitPins *pins, Progress *progress, Arena *scratch,
                   Err *err);
