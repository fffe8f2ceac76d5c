"""The tasks, in the order of the data: a file for each group, its texts beside its references.

- `drawing`      the shapes that all of them draw
- `picture`, `convolution`, `relu`, `pools`, `costs`, `walk`, `checking`, `optimizers`   the tasks
"""

from nst_numpy.learn.task import Task
from nst_numpy.learn.tasks.checking import TASKS_OF_CHECKING
from nst_numpy.learn.tasks.convolution import TASKS_OF_CONVOLUTION
from nst_numpy.learn.tasks.costs import TASKS_OF_COSTS
from nst_numpy.learn.tasks.optimizers import TASKS_OF_OPTIMIZERS
from nst_numpy.learn.tasks.picture import TASKS_OF_PICTURE
from nst_numpy.learn.tasks.pools import TASKS_OF_POOLS
from nst_numpy.learn.tasks.relu import TASKS_OF_RELU
from nst_numpy.learn.tasks.walk import TASKS_OF_WALK

TASKS: dict[str, Task] = {
    task.name: task
    for task in (
        *TASKS_OF_PICTURE,
        *TASKS_OF_CONVOLUTION,
        *TASKS_OF_RELU,
        *TASKS_OF_POOLS,
        *TASKS_OF_COSTS,
        *TASKS_OF_WALK,
        *TASKS_OF_CHECKING,
        *TASKS_OF_OPTIMIZERS,
    )
}
"""Name -> task."""
