-- one row per age group: the median followers over the posts of its persons
-- Not a count of users: every post counts, so posters with many posts weigh more. By person: median_followers_by_age_group.
with posts as (
  select
    age_group(u.age) as age_group,
    p.follower_count
  from pin as p
  inner join geo as g on g.ind = p.ind
  inner join user as u on u.ind = p.ind
  where p.follower_count is not null
),
summarised as (
  select
    s.age_group,
    age_group_order(s.age_group) as age_order,
    median(cast(s.follower_count as double)) as median_follower_count
  from posts as s
  where s.age_group is not null
  group by s.age_group
)
select
  m.age_group,
  m.median_follower_count
from summarised as m
order by m.age_order nulls last
